import { codeTable } from '../../../schema/codes/city.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { fold, lengthOf } from './fold.ts';
import { gramsOf } from './grams.ts';
import { partsOf } from './parts.ts';
import { soundOf } from './sound.ts';

/** A row of `subject_names`: one name of a subject and what it is found by. */
export interface NameRow {
  readonly subject_id: string;
  readonly key: string;
  readonly name: string;
  readonly is_former: boolean;
  readonly folded: string | null;
  readonly grams: readonly string[] | null;
  readonly sound: string | null;
}

interface NamedSubject {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly formerNames: readonly string[];
}

/**
 * The names of a confirmed subject, each once; one that it has again is no former one. Whoever goes by a person's name is found
 * by none of its names: the shop's that it had would lead to the person's.
 */
export function nameRows({ id, kind, name, formerNames }: NamedSubject): readonly NameRow[] {
  const isPerson = isPersonal(kind, fold(name));
  const rowOf = (one: string, isFormer: boolean): [string, NameRow] => {
    const folded = fold(one);
    const isFound = !isPerson && !isPersonal(kind, folded);
    return [nameKey(one), nameRow(id, one, isFormer, isFound ? folded : null)];
  };
  return [...new Map([...formerNames.map((one) => rowOf(one, true)), rowOf(name, false)]).values()];
}

/** @param folded null for a name that nobody is found by. */
function nameRow(id: string, name: string, isFormer: boolean, folded: string | null): NameRow {
  const row = { subject_id: id, key: nameKey(name), name, is_former: isFormer };
  if (folded === null) return { ...row, folded, grams: null, sound: null };
  return { ...row, folded, grams: gramsOf(folded, partsOf(folded).formless), sound: soundOf(folded) };
}

/** 冷饮店: what no person's name ends in, whatever surname it begins with. */
const IS_SHOP = /[店铺馆厂吧摊部坊]$/u;

/**
 * An individual business without a trade name goes by its operator's: 王小明. It is found by its number; by name nobody
 * searches for a person here.
 */
function isPersonal(kind: string, folded: string): boolean {
  if (kind !== 'INDIVIDUAL_BUSINESS' || !/^\p{Script=Han}+$/u.test(folded) || IS_SHOP.test(folded)) return false;
  // Some registries tell what it is beside the name: 王小明(个体工商户).
  const name = folded.replace(/个体(?:工商户|经营者|户)?$/u, '');
  const surname = [2, 1]
    .map((length) => name.slice(0, length))
    .find((one) => codeTable('surnames').get(one) !== undefined);
  const given = lengthOf(name) - lengthOf(surname ?? '');
  return surname !== undefined && given >= 1 && given <= 2;
}
