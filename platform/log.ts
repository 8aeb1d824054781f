import { type DestinationStream, type Logger, pino } from 'pino';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';

export type Log = Logger;

/** Structured log lines (JSON) on standard error; ID numbers that slip into a message are hidden. */
export function createLog(level: string, to: DestinationStream = pino.destination({ dest: 2, sync: true })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        logMethod(args, method) {
          const hidden = args.map((arg: unknown) => (typeof arg === 'string' ? withoutIdNumbers(arg) : arg));
          method.apply(this, hidden as Parameters<typeof method>);
        },
      },
    },
    to,
  );
}
