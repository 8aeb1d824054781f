import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { program } from './programs.ts';

const HERE = new URL('../../', import.meta.url);

/** A page of the documentation whose blocks are run as they stand, in one shell and one folder. */
export interface Guide {
  readonly folder: string;
  /** What a command wrote into a file there. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what was asked for
  json(file: string): Promise<any>;
  /**
   * Runs all shell blocks in their order, after the files of the named ones were written; `meanwhile` is done when the shell
   * has come to the heading that begins so.
   */
  run(
    environment: Readonly<Record<string, string>>,
    meanwhile: Readonly<Record<string, () => Promise<void>>>,
  ): Promise<{ readonly code: number | null; readonly out: string }>;
}

export async function guide(path: string): Promise<Guide> {
  const folder = await mkdtemp(join(tmpdir(), 'credit-graph-guide-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  for (const path of ['node_modules', 'prove/verify-receipt.mjs'])
    await symlink(new URL(path, HERE), join(folder, basename(path)));
  const text = readFileSync(new URL(path, HERE), 'utf8');
  return {
    folder,
    json: async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')),
    async run(environment, meanwhile) {
      for (const [, name = '', content = ''] of text.matchAll(/^```ts (\S+)\n([\s\S]*?)^```/gmu))
        await writeFile(join(folder, name), content);
      const waiting = [...text.matchAll(/^## (.*)\n|^```sh\n([\s\S]*?)^```/gmu)].map(([, heading, commands]) =>
        heading === undefined
          ? `${commands}`
          : `: > 'at ${heading}'; while [ ! -e 'past ${heading}' ]; do sleep 0.1; done\n`,
      );
      // The commands of the house as `npm run` has them, built beforehand.
      const npm = `npm() { shift 3; node '${program('clients')}' "$@"; }\n`;
      await writeFile(join(folder, 'guide.sh'), `set -euo pipefail\n${npm}${waiting.join('')}`);
      const shell = spawn('bash', ['guide.sh'], { cwd: folder, env: { ...process.env, ...environment } });
      let out = '';
      for (const stream of [shell.stdout, shell.stderr])
        stream.on('data', (chunk: Buffer) => {
          out += chunk.toString();
        });
      const ended = new Promise<number | null>((resolve) => shell.once('close', resolve));
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      for (const [, heading = ''] of text.matchAll(/^## (.*)\n/gmu)) {
        while (!isOver && !existsSync(join(folder, `at ${heading}`)))
          await new Promise((resolve) => setTimeout(resolve, 50));
        const [, step] = Object.entries(meanwhile).find(([begin]) => heading.startsWith(begin)) ?? [];
        if (!isOver) await step?.();
        await writeFile(join(folder, `past ${heading}`), '');
      }
      return { code: await ended, out };
    },
  };
}
