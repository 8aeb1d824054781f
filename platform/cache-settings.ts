import type { Setting } from './config.ts';

/** Where the gateway keeps public answers that it gave (docs/cache.md). */
export interface CacheConfig {
  /** For all kept answers of a process together; 0: none is kept. */
  readonly bytes: number;
  /** Where several gateways share them; undefined: each keeps its own. */
  readonly url: string | undefined;
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
  {
    name: 'CACHE_URL',
    expected: 'redis:// 或 rediss:// 开头的地址',
    about: '多个网关共用答案缓存的 Redis 或 Valkey;不设则各用各的内存',
    isValid: (text) => URL.canParse(text) && /^rediss?:$/u.test(new URL(text).protocol),
  },
];

export function cacheConfig(values: Readonly<Record<string, string | undefined>>): CacheConfig {
  return { bytes: Number(values.CACHE_MEGABYTES ?? STANDARD_MEGABYTES) * 1024 * 1024, url: values.CACHE_URL };
}
