import { join } from 'node:path';
import type { CitySize } from './plan.ts';

export { type BuiltFile, buildCity } from './build.ts';
export { defaultCity, LARGEST_SCALE, plannedFiles } from './plan.ts';

/** Where a city of this size stands among others. */
export function cityFolder(among: string, { seed, scale }: CitySize): string {
  return join(among, `${seed}-${scale}`);
}
