import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** When and on what a run was measured, and what was measured. */
export function machineFacts() {
  const git = (...command: string[]): string => execFileSync('git', command, { cwd: import.meta.dirname }).toString();
  const isChanged = git('status', '--porcelain', '--untracked-files=no').trim() !== '';
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return {
    measuredAt: new Date().toISOString(),
    commit: `${git('rev-parse', '--short', 'HEAD').trim()}${isChanged ? ' with uncommitted changes' : ''}`,
    machine: `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${memory} GB`,
    node: process.versions.node,
  };
}
