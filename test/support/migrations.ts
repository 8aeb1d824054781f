import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes migrations as drizzle-kit does, one per SQL text, dated a second apart. @returns their folder. */
export async function writeMigrations(sql: readonly string[], folder?: string): Promise<string> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'credit-graph-migrations-')));
  await mkdir(join(place, 'meta'), { recursive: true });
  const entries = sql.map((_, idx) => ({
    idx,
    version: '7',
    when: 1_760_000_000_000 + idx * 1000,
    tag: `${String(idx).padStart(4, '0')}_step`,
    breakpoints: true,
  }));
  await writeFile(
    join(place, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  for (const [index, text] of sql.entries()) await writeFile(join(place, `${entries[index]?.tag}.sql`), text);
  return place;
}
