export type ObjectValue = Record<string, unknown>;

/** What an object holds itself: names of an answer are the caller's, and every object has some anyway (`constructor`). */
export function own(object: Readonly<ObjectValue>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Gives an object a property of its own, whatever its name: one name alone is more than a name. */
export function put(object: ObjectValue, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Puts what one answer says of an object into what others said of it; lists of one length are of the same things. */
export function mergeInto(target: ObjectValue, source: Readonly<ObjectValue>): void {
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const there = own(target, key);
    if (there === undefined || !mergeBoth(there, value)) put(target, key, value);
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
