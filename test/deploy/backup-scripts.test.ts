import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { HOME } from '../house/sources.ts';
import { debianPrograms } from './debian-server.ts';

// What the scripts refuse, without a server; what they are for, restore-drill.test.ts tells with real ones.

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-backup-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stderr: string;
}

function run(script: string, ...args: readonly string[]): Promise<Outcome> {
  return execute(join(HOME, 'deploy', 'backup', script), [...args]).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: Outcome) => ({ code, stderr }),
  );
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe.runIf(process.platform === 'linux')('The archive', () => {
  const SEGMENT = '000000010000000000000001';

  it('takes a segment once or twice, and never another one of its name', async () => {
    const archive = join(folder, 'wal');
    mkdirSync(archive);
    const place = join(archive, SEGMENT);
    expect(await run('archive-wal', file('segment', 'one'), place)).toEqual({ code: 0, stderr: '' });
    expect(await run('archive-wal', file('segment', 'one'), place)).toEqual({ code: 0, stderr: '' });
    const refused = await run('archive-wal', file('segment', 'two'), place);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('已有内容不同的') });
    expect(readFileSync(place, 'utf8')).toBe('one');
    expect(readdirSync(archive)).toEqual([SEGMENT]);
  });

  it('gives back a whole segment rather than a part of it, a part rather than nothing, and says when there is neither', async () => {
    const [archive, received, into] = ['a', 'r', 'out'].map((name) => join(folder, name)) as [string, string, string];
    for (const path of [archive, received]) mkdirSync(path);
    writeFileSync(join(received, `${SEGMENT}.partial`), 'part');
    expect((await run('fetch-wal', SEGMENT, into, archive, received)).code).toBe(0);
    expect(readFileSync(into, 'utf8')).toBe('part');
    writeFileSync(join(received, SEGMENT), 'whole');
    writeFileSync(join(archive, `${SEGMENT}.partial`), 'an older part');
    expect((await run('fetch-wal', SEGMENT, into, archive, received)).code).toBe(0);
    expect(readFileSync(into, 'utf8')).toBe('whole');
    expect((await run('fetch-wal', '00000002.history', into, archive, received)).code).toBe(1);
  });
});

const hasPrograms = debianPrograms !== undefined;
describe.runIf(hasPrograms)(`restore${hasPrograms ? '' : ' (skipped: Debian’s PostgreSQL is not installed)'}`, () => {
  const backups = join(folder, 'backups');
  mkdirSync(join(backups, 'base', '20261122T023000Z'), { recursive: true });

  it('touches no directory that holds something', async () => {
    const data = join(folder, 'in-use');
    mkdirSync(data);
    writeFileSync(join(data, 'PG_VERSION'), '18\n');
    const { code, stderr } = await run('restore', backups, data);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('不是空目录') });
    expect(readdirSync(data)).toEqual(['PG_VERSION']);
  });

  it('says when no base backup is old enough, when the instant is none, and when one is damaged, and makes nothing', async () => {
    const data = join(folder, 'new');
    const early = await run('restore', backups, data, '--at', '2026-11-22 10:29:59+08');
    expect(early.stderr).toContain('没有早于该时刻的基础备份');
    expect((await run('restore', backups, data, '--at', 'yesterday noonish')).stderr).toContain('应为带时区的时刻');
    const empty = await run('restore', backups, data, '--at', '2026-11-22 10:30:00+08');
    expect(empty.stderr).toContain('基础备份 20261122T023000Z 已损坏');
    expect((await run('restore', backups)).code).toBe(64);
    expect(existsSync(data)).toBe(false);
  });
});
