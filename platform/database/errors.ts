/** `UNAVAILABLE` nobody answers · `TIMEOUT` it took too long or was given up · `FULL` no room left · `INTERNAL` our fault. */
export type DatabaseErrorCode = 'UNAVAILABLE' | 'TIMEOUT' | 'FULL' | 'INTERNAL';

const SENTENCES: Readonly<Record<DatabaseErrorCode, string>> = {
  UNAVAILABLE: '数据库暂时无法连接。',
  TIMEOUT: '数据库未能在限定时间内答复。',
  FULL: '数据库的存储空间或资源已用尽。',
  INTERNAL: '数据库未能完成这次操作。',
};

/**
 * What went wrong in the database, in words that may reach a caller: no SQL, no value, no host, no secret. The original
 * error stays in `cause`; it can hold values of rows (`detail`, `parameters`), so it must not be logged whole.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, cause?: unknown) {
    super(SENTENCES[code], { cause });
    this.code = code;
  }
}

/** Any error of postgres.js or PostgreSQL as a `DatabaseError`. */
export function asDatabaseError(error: unknown): DatabaseError {
  return error instanceof DatabaseError ? error : new DatabaseError(codeOf(sqlState(error)), error);
}

/** The SQLSTATE of PostgreSQL, or the code of the socket or of postgres.js. */
export function sqlState(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if (error instanceof AggregateError && !('code' in error)) return sqlState(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html
function codeOf(state: string): DatabaseErrorCode {
  if (state === '57014' || state === '55P03' || state === '25P03') return 'TIMEOUT';
  if (state === '53300' || state === '53400') return 'UNAVAILABLE'; // too many connections: others may answer soon
  if (/^53...$/.test(state) || state === '54023') return 'FULL';
  if (/^(?:08...|57P0[1-5]|25P0[45])$/.test(state)) return 'UNAVAILABLE';
  if (/^28...$|^3D000$/.test(state)) return 'UNAVAILABLE'; // the server is there, our role or database is not (yet)
  if (/^(?:E[A-Z_]+|CONNECTION_[A-Z]+|CONNECT_TIMEOUT)$/.test(state)) return 'UNAVAILABLE';
  return 'INTERNAL';
}
