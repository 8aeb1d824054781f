/** A copy of what JSON can hold; many times as fast as `structuredClone`, which looks for more. */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, one] of Object.entries(value)) copy[key] = copied(one);
  return copy as T;
}
