export type ObjectValue = Record<string, unknown>;

/** Puts what one answer says of an object into what others said of it; lists of one length are of the same things. */
export function mergeInto(target: ObjectValue, source: ObjectValue): void {
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const there = target[key];
    if (there === undefined || !mergeBoth(there, value)) target[key] = value;
  }
}

/** False where the two are no objects, or lists, that could become one. */
function mergeBoth(there: unknown, value: unknown): boolean {
  if (isObject(there) && isObject(value)) {
    mergeInto(there, value);
    return true;
  }
  if (!Array.isArray(there) || !Array.isArray(value) || there.length !== value.length) return false;
  value.forEach((item, index) => {
    if (!mergeBoth(there[index], item)) there[index] = item;
  });
  return true;
}

function isObject(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
