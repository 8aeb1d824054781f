import { z } from 'zod';

/** What a subject has authorized the viewer to see of it, by catalogue item: a fact, presented with the question. */
export interface Grant {
  /** The subject's id. */
  readonly subject: string;
  /** Codes of catalogue items. */
  readonly items: readonly string[];
}

/** What of a viewer tells its grants. */
export interface Granted {
  readonly grants: readonly Grant[];
}

/** Whether one of these items of a subject's is granted. */
export function isGrantedItem({ grants }: Granted, subject: unknown, items: readonly string[]): boolean {
  return grants.some((grant) => grant.subject === subject && grant.items.some((item) => items.includes(item)));
}

/**
 * Grants as they travel in a token: each item's code once, and for each subject which of them, as bits of a number in base
 * 36. A hundred subjects fit in a header.
 */
export const packedGrants = z.object({
  items: z.array(z.string()),
  of: z.array(z.tuple([z.string(), z.string().regex(/^[0-9a-z]+$/u)])),
});

type PackedGrants = z.infer<typeof packedGrants>;

export function packGrants(grants: readonly Grant[]): PackedGrants {
  const items = [...new Set(grants.flatMap((grant) => grant.items))].sort();
  const bitOf = new Map(items.map((item, at) => [item, 1n << BigInt(at)]));
  return {
    items,
    of: grants.map(({ subject, items: own }) => [
      subject,
      own.reduce((bits, item) => bits | (bitOf.get(item) ?? 0n), 0n).toString(36),
    ]),
  };
}

export function unpackGrants({ items, of }: PackedGrants): readonly Grant[] {
  return of.map(([subject, packed]) => {
    const bits = [...packed].reduce((number, digit) => number * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
    return { subject, items: items.filter((_item, at) => (bits >> BigInt(at)) & 1n) };
  });
}
