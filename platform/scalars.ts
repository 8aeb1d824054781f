import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** True for a day that exists, written YYYY-MM-DD. There was no year 0, and PostgreSQL takes none. */
export function isDay(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/u;

/** True for an ISO 8601 instant with an offset (none on earth is beyond 14 hours). */
export function isInstant(text: string): boolean {
  const day = INSTANT.exec(text)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text));
}

/** At most 30 digits with at most 10 decimals: far beyond any amount, and bounded. */
function isDecimal(text: string): boolean {
  return /^-?\d{1,20}(\.\d{1,10})?$/u.test(text);
}

function isCreditCodeShaped(text: string): boolean {
  return /^[0-9A-Za-z]{18}$/u.test(text);
}

/** A scalar that travels as text. What the database holds is trusted; what a caller sends is checked. */
function textScalar(name: string, expected: string, isValid: (text: string) => boolean): GraphQLScalarType<string> {
  const sentence = `${name} 须为${expected}。`;
  const read = (value: unknown): string => {
    const text = typeof value === 'number' && name === 'Decimal' ? String(value) : value;
    if (typeof text === 'string' && isValid(text)) return text;
    throw new TypeError(sentence);
  };
  return new GraphQLScalarType<string>({
    name,
    // For whoever tells a caller what is wrong without repeating the library's words about it.
    extensions: { expected: sentence },
    serialize: String,
    parseValue: read,
    parseLiteral: (node: ValueNode) => {
      const isNumber = name === 'Decimal' && (node.kind === Kind.INT || node.kind === Kind.FLOAT);
      return read(isNumber || node.kind === Kind.STRING ? node.value : null);
    },
  });
}

/** The scalars of schema/common.graphql, for departments to answer with and for the gateway to check questions by. */
export const scalars: Readonly<Record<string, GraphQLScalarType<string>>> = {
  Date: textScalar('Date', ' YYYY-MM-DD 形式的日期,如 2026-11-21', isDay),
  DateTime: textScalar('DateTime', '带时区的 ISO 8601 时刻,如 2026-11-21T09:30:00+08:00', isInstant),
  Decimal: textScalar('Decimal', '十进制数字,如 "100000" 或 "0.25"', isDecimal),
  CreditCode: textScalar('CreditCode', ' 18 位统一社会信用代码', isCreditCodeShaped),
};
