/** What the provider keeps of logins under way. */
export const LOGIN_MODELS: ReadonlySet<string> = new Set([
  'AccessToken',
  'AuthorizationCode',
  'Grant',
  'Interaction',
  'Session',
]);

interface Kept {
  readonly until: number;
  payload: Readonly<Record<string, unknown>>;
}

const MOST = 10_000;

/** Logins of a city that does not exist, in this process alone: who is in the middle of one when it ends begins again. */
export function loginStore() {
  const kept = new Map<string, Kept>();
  const find = (key: string): Kept | undefined => {
    const found = kept.get(key);
    return found && found.until > Date.now() ? found : undefined;
  };
  return (model: string) => ({
    async find(id: string): Promise<object | undefined> {
      // Nobody stays logged in at this issuer: the next time one may be somebody else.
      return model === 'Session' ? undefined : find(`${model} ${id}`)?.payload;
    },
    async findByUid(uid: string): Promise<object | undefined> {
      return [...kept.values()].find(({ until, payload }) => payload.uid === uid && until > Date.now())?.payload;
    },
    async upsert(id: string, payload: Readonly<Record<string, unknown>>, seconds: number): Promise<void> {
      for (const oldest of kept.keys()) {
        if (kept.size < MOST) break;
        kept.delete(oldest);
      }
      kept.set(`${model} ${id}`, { payload, until: Date.now() + seconds * 1000 });
    },
    async consume(id: string): Promise<void> {
      const found = find(`${model} ${id}`);
      if (found) found.payload = { ...found.payload, consumed: Math.floor(Date.now() / 1000) };
    },
    async destroy(id: string): Promise<void> {
      kept.delete(`${model} ${id}`);
    },
    async revokeByGrantId(grant: string): Promise<void> {
      for (const [key, { payload }] of kept) if (payload.grantId === grant) kept.delete(key);
    },
  });
}
