import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ARCHITECTURES, carriedFiles } from '../../deploy/bundle/contents.ts';
import { runtimeFor } from '../../deploy/bundle/node-runtime.ts';
import { HOME, ROOMS } from '../house/sources.ts';
import { environmentIn, programs, settings } from './manifests.ts';

// The bundle as such takes minutes and the packages' registry: `npm run prove` makes it, installs it and asks it with the
// network off (offline.test.ts). Here: what goes into it, and how it installs itself.

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'credit-graph-bundle-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const deploy = join(HOME, 'deploy');
const text = (path: string): string => readFileSync(join(deploy, path), 'utf8');

describe('A bundle', () => {
  const files = carriedFiles(HOME);

  it('carries every room of what runs with the data and migrations in it, and neither tests nor anybody’s data', () => {
    for (const room of ROOMS) expect(files.some((path) => path.startsWith(`${room}/`))).toBe(true);
    for (const path of [
      'schema/supergraph.graphql',
      'gateway/limits/codes/limits.csv',
      'docs/operations.md',
      'package-lock.json',
    ])
      expect(files).toContain(path);
    expect(files.filter((path) => /\/migrations\/0000_.*\.sql$/u.test(path)).length).toBeGreaterThan(8);
    expect(files.filter((path) => /^(?:test|bench|node_modules|\.)|\/\.env$/u.test(path))).toEqual([]);
  });

  it('has a Node for each processor, pinned by its content', () => {
    for (const arch of ARCHITECTURES)
      expect(runtimeFor(arch)).toMatchObject({
        package: `node-linux-${arch}`,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/u),
        integrity: expect.stringMatching(/^sha512-[\w+/]{86}==$/u),
      });
  });

  it('starts what package.json names, under units whose settings the program reads', () => {
    const [, known = ''] = /^ {2}(start(?: \| [a-z]+)+)\) shift/mu.exec(text('bundle/credit-graph')) ?? [];
    for (const program of known.split(' | ')) expect(programs).toContain(`cli/${program}.ts`);
    for (const unit of ['credit-graph.service', 'credit-graph-department@.service']) {
      const [, path = '', program = ''] =
        /^ExecStart=\/opt\/credit-graph\/current\/(\S+) (\w+)/mu.exec(text(`bundle/${unit}`)) ?? [];
      expect(path).toBe('bin/credit-graph');
      expect(known.split(' | ')).toContain(program);
    }
    const example = text('bundle/environment.example').replaceAll(/^#(?=[A-Z_]+=)/gmu, '');
    const named = [...example.matchAll(/^([A-Z_]+)=/gmu)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
    expect(environmentIn('bundle/environment.example')).not.toHaveProperty('SECRET');
  });

  it('backs up into folders that the units make themselves, as PostgreSQL’s own', () => {
    for (const unit of ['credit-graph-base-backup.service', 'credit-graph-wal-receiver.service']) {
      const lines = text(`backup/${unit}`);
      const [, made = ''] =
        /^ExecStartPre=\+\/usr\/bin\/install -d -o postgres -g postgres -m 0700 (.+)$/mu.exec(lines) ?? [];
      const [, written = ''] = /^ReadWritePaths=-(\S+)$/mu.exec(lines) ?? [];
      const named = [...lines.matchAll(/^ExecStart=.*?(\/var\/backups\/[\w/-]+)/gmu)].map(([, path]) => path);
      expect(named).toHaveLength(1);
      expect(made.split(' ')).toEqual(expect.arrayContaining([written, ...named]));
    }
    // What the server archives into, and what base-backup and fetch-wal look for beside it.
    expect(text('backup/postgresql.conf')).toContain('/var/backups/credit-graph/wal/%f');
    expect(text('backup/credit-graph-base-backup.service')).toContain(' /var/backups/credit-graph/wal\n');
  });

  it('consists, like what backs up, of scripts that a plain shell can read', async () => {
    const scripts = ['bundle/install.sh', 'bundle/credit-graph', 'backup/archive-wal', 'backup/fetch-wal'];
    for (const script of [...scripts, 'backup/base-backup', 'backup/restore'])
      await run('sh', ['-n', join(deploy, script)]);
  });
});

/** A bundle of the real scripts around this project itself. */
function made(version: string, arch: string = process.arch): string {
  const folder = join(scratch, `unpacked-${version}-${arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const [from, to] of [
    ['install.sh', 'install.sh'],
    ['credit-graph', 'bin/credit-graph'],
  ] as const)
    cpSync(join(deploy, 'bundle', from), join(folder, to));
  writeFileSync(join(folder, 'VERSION'), `${version}\n`);
  writeFileSync(join(folder, 'ARCH'), `${arch}\n`);
  symlinkSync(HOME, join(folder, 'app'));
  const sums = ['install.sh', 'bin/credit-graph', 'VERSION', 'ARCH'].map((path) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex');
    return `${hash}  ${path}\n`;
  });
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  return folder;
}

const into = join(scratch, 'installed');
const install = (folder: string) =>
  run(join(folder, 'install.sh'), ['--into', into, '--no-service']).then(
    ({ stdout }) => stdout,
    (error: { readonly stderr: string }) => error.stderr,
  );

describe.runIf(process.platform === 'linux')('install.sh', () => {
  it('puts a version beside earlier ones and points to it, twice as well as once; going back is pointing back', async () => {
    expect(await install(made('1.0.0'))).toContain('已安装 1.0.0');
    expect(await install(join(scratch, `unpacked-1.0.0-${process.arch}`))).toContain('已安装 1.0.0');
    expect(await install(made('1.1.0'))).toContain('已安装 1.1.0');
    expect(readlinkSync(join(into, 'current'))).toBe('versions/1.1.0');
    expect(readFileSync(join(into, 'versions/1.0.0/VERSION'), 'utf8')).toBe('1.0.0\n');
  });

  it('starts the programs from any folder, and no others', async () => {
    const program = join(into, 'current', 'bin', 'credit-graph');
    const { stdout } = await run(program, ['audit', '--help'], { cwd: scratch });
    expect(stdout).toContain('npm run audit -- export');
    await expect(run(program, ['generate'], { cwd: scratch })).rejects.toMatchObject({ code: 64 });
  });

  const systemd = '/usr/bin/systemd-analyze';
  it.runIf(existsSync(systemd))(
    'leaves units, as those for backups are, in which systemd finds nothing amiss',
    async () => {
      const units = mkdtempSync(join(scratch, 'units-'));
      const names = ['credit-graph.service', 'credit-graph-department@.service'].map((name) => `bundle/${name}`);
      const timed = ['credit-graph-base-backup.service', 'credit-graph-base-backup.timer'].map(
        (name) => `backup/${name}`,
      );
      for (const path of [...names, ...timed]) {
        const unit = text(path).replaceAll('/opt/credit-graph', into);
        writeFileSync(join(units, basename(path).replace('@', '@tax')), unit);
      }
      const files = readdirSync(units).map((name) => join(units, name));
      const { stdout, stderr } = await run(systemd, ['verify', ...files]);
      expect(stdout + stderr).toBe('');
    },
  );

  it('refuses what was altered on its way, another processor’s bundle, and a version that says something else', async () => {
    const altered = made('2.0.0');
    appendFileSync(join(altered, 'bin', 'credit-graph'), '# more\n');
    expect(await install(altered)).toContain('与 SHA256SUMS 不符');
    const foreign = process.arch === 'x64' ? 'arm64' : 'x64';
    expect(await install(made('2.0.0', foreign))).toContain(`此安装包用于 linux-${foreign}`);
    const same = made('1.0.0', process.arch);
    appendFileSync(join(same, 'SHA256SUMS'), readFileSync(join(same, 'SHA256SUMS')));
    expect(await install(same)).toContain('内容不同的同名版本');
    expect(readlinkSync(join(into, 'current'))).toBe('versions/1.1.0');
  });
});
