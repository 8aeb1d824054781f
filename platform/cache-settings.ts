import type { Setting } from './config.ts';

/** Where the gateway keeps public answers that it gave (docs/cache.md). */
export interface CacheConfig {
  /** For all kept answers of a process together; 0: none is kept. */
  readonly bytes: number;
}

const STANDARD_MEGABYTES = '64';

export const CACHE_SETTINGS: readonly Setting[] = [
  {
    name: 'CACHE_MEGABYTES',
    expected: '0 至 4096 的兆字节数',
    about: '公开答案的缓存至多占多少内存,0 为不用(见 docs/cache.md)',
    standard: STANDARD_MEGABYTES,
    isValid: (text) => /^\d{1,4}$/u.test(text) && Number(text) <= 4096,
  },
];

export function cacheConfig(values: Readonly<Record<string, string | undefined>>): CacheConfig {
  return { bytes: Number(values.CACHE_MEGABYTES ?? STANDARD_MEGABYTES) * 1024 * 1024 };
}
