/** A ready client of the demonstration, as whom a person may ask. */
export interface Asker {
  readonly id: string;
  readonly role: string;
  readonly title: string;
}

/** Those who are there: none but in the invented city. */
export async function fetchAskers(): Promise<readonly Asker[]> {
  const response = await fetch(new URL('demonstration/clients', location.href));
  return response.ok ? (await response.json()).clients : [];
}

/** In this page's memory alone: a token is never kept in the browser. */
let asker: string | undefined;
let held: { readonly token: string; readonly until: number } | undefined;

/** From now on questions are asked as this client; as nobody in particular without one. */
export function askAs(client: string | undefined): void {
  asker = client;
  held = undefined;
}

/** The header that says who asks, with a token that is good for a while yet. */
export async function credential(): Promise<Record<string, string>> {
  const client = asker;
  if (client === undefined) return {};
  if (!held || held.until < Date.now()) {
    const response = await fetch(new URL('demonstration/token', location.href), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.errors?.[0]?.message ?? `没有取得令牌（HTTP ${response.status}）。`);
    if (asker !== client) return credential();
    held = { token: answer.access_token, until: Date.now() + (answer.expires_in - 60) * 1000 };
  }
  return { authorization: `Bearer ${held.token}` };
}
