import { codesBeside } from '../../../schema/codes/city.ts';

/** 名单类型 of the SDL: which lists there are is law, kept as data. */
export interface ListType {
  readonly code: string;
  readonly legalName: string;
  readonly legacyName: string | null;
  readonly polarity: string;
  readonly basis: readonly string[];
}

const table = codesBeside(new URL('../', import.meta.url), 'list-types');

export function listTypeOf(code: string): ListType | undefined {
  const row = table().get(code);
  if (!row) return undefined;
  const { legacyName = '', polarity = '', basis = '' } = row.extra;
  return {
    code,
    legalName: row.label,
    legacyName: legacyName || null,
    polarity,
    basis: basis.split(/[;;]/u).filter(Boolean),
  };
}

/** The type that a list's name in a file stands for. */
export function listTypeNamed(name: string): ListType | undefined {
  const row = table().byLabel(name) ?? table().get(name);
  return row && listTypeOf(row.code);
}
