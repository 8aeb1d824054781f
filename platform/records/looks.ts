/** Subjects that were looked at, with the catalogue items that were looked for of each of them, found or not. */
export interface Look {
  readonly subjects: readonly string[];
  /** Codes of catalogue items; `*` where all sections were looked through; a word without a dot for what is no item. */
  readonly items: readonly string[];
}

/** What was read for a viewer who may see more than the public: an empty look is a look, too. */
export interface Looks {
  add(subject: string, items: readonly string[]): void;
  /** Subjects of the same items together, in a fixed order: the same looks are told the same. */
  told(): readonly Look[];
}

/** All sections at once: timelines, counts. */
export const ALL_ITEMS: readonly string[] = ['*'];

export function collectLooks(): Looks {
  const bySubject = new Map<string, Set<string>>();
  return {
    add(subject, items) {
      if (items.length === 0) return;
      const known = bySubject.get(subject);
      if (known) for (const item of items) known.add(item);
      else bySubject.set(subject, new Set(items));
    },
    told() {
      const byItems = new Map<string, { readonly subjects: string[]; readonly items: readonly string[] }>();
      for (const subject of [...bySubject.keys()].sort()) {
        const items = [...(bySubject.get(subject) ?? [])].sort();
        const group = byItems.get(items.join()) ?? { subjects: [], items };
        group.subjects.push(subject);
        byItems.set(items.join(), group);
      }
      return [...byItems].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
    },
  };
}
