import { type Config, ConfigError, readConfig, settingsHelp } from '../platform/config.ts';
import { asDatabaseError, DatabaseError, sqlState } from '../platform/database/errors.ts';
import { departments } from '../subgraphs/index.ts';

// Whoever read our words may have gone; that is no reason to die before an orderly stop.
process.stdout.on('error', () => {});

/** What a person reads goes to standard output; the log goes to standard error. */
export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/**
 * Runs one command: `--help` prints its help and the settings; a wrong configuration or a failure prints its sentences
 * and ends with code 1; never a stack.
 */
export async function command(
  help: string,
  run: (config: Config, args: readonly string[]) => Promise<void>,
): Promise<void> {
  const args = process.argv.slice(2);
  const names = departments.map((card) => card.name);
  if (args.includes('--help') || args.includes('-h')) {
    say(`${help}\n\n${settingsHelp(names)}`);
    return;
  }
  try {
    await run(readConfig(process.env, names), args);
  } catch (error) {
    const sentences = error instanceof ConfigError ? error.mistakes : [sentenceOf(error)];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exitCode = 1;
  }
}

/** What failed, in a sentence; of a database's own error only its code, which says nothing of the data. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined) return `读写 ${path} 时出错(${code}),请检查路径、权限和磁盘空间。`;
  const ofDatabase = code !== undefined && isOfDatabase(error, code) ? asDatabaseError(error) : error;
  return ofDatabase instanceof DatabaseError
    ? `${ofDatabase.message}(SQLSTATE ${sqlState(ofDatabase.cause) || '未知'})`
    : error.message;
}

/** An error of PostgreSQL or of the connection to it, as postgres.js throws them. */
function isOfDatabase(error: Error, code: string): boolean {
  return error.name === 'PostgresError' || /^(?:CONNECTION_[A-Z]+|CONNECT_TIMEOUT|ECONN[A-Z]+|EPIPE)$/u.test(code);
}

/** Calls `stop` once at the first SIGINT or SIGTERM, or when a parent process that keeps a channel ends; at the second one gives up waiting. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  // Under a parent that keeps a channel to us, its end is ours too.
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      say('正在停止:不再接受新的查询,等待进行中的查询完成……');
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`停止时出错:${error instanceof Error ? error.message : String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}
