import type { City } from '../../platform/installation/city.ts';

/** The same city, where files of one catalogue item are full lists (`submission: "FULL_LIST"` of its `@record`). */
export function withFullList(city: City, item: string): City {
  const near = new Map(
    [...city.near].map(([name, department]) => {
      const kinds = new Map(
        [...department.kinds].map(([type, kind]) => {
          const items = kind.items.map((one) =>
            one.code === item ? { ...one, submission: 'FULL_LIST' as const } : one,
          );
          return [type, { ...kind, items }];
        }),
      );
      return [name, { ...department, kinds }];
    }),
  );
  return { ...city, near };
}
