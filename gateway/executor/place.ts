/** A place of an answer: made for each object, and read as a path only where somebody asks where it is. */
export interface Place {
  readonly around: Place | undefined;
  readonly key: string | number;
}

export function pathOf(place: Place | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = place; at; at = at.around) keys.push(at.key);
  return keys.reverse();
}
