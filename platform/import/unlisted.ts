import type postgres from 'postgres';
import type { Counterpart } from './draft.ts';
import type { Prepared } from './intake.ts';
import { beginWriting, type IncomingRow, type MergeTarget } from './merge.ts';
import type { Unlisted } from './report.ts';
import { copyInto } from './stage.ts';
import { carryOut, NO_LONGER_LISTED, planSuccession, STANDS } from './succession.ts';

/** What a full list names, gathered while it is read. */
export interface Listed {
  /** What became of a row. */
  take(row: Prepared): void;
  /** Ids under which rows are kept that came under others. */
  alias(ids: readonly string[]): void;
  readonly aliases: ReadonlySet<string>;
  /** Who submitted the rows, by name and by code: a list ends only what the same providers submitted. */
  readonly providers: ReadonlySet<string>;
  readonly providerCodes: ReadonlySet<string>;
  /** Names and numbers of whom a row may have meant that was not stored as theirs. */
  readonly meant: ReadonlySet<string>;
  readonly uncertain: number;
}

export function listed(): Listed {
  const aliases = new Set<string>();
  const providers = new Set<string>();
  const providerCodes = new Set<string>();
  const meant = new Set<string>();
  let uncertain = 0;
  return {
    aliases,
    providers,
    providerCodes,
    meant,
    get uncertain() {
      return uncertain;
    },
    take(row) {
      if (row.outcome === 'REJECTED') {
        if (!row.counterpart) uncertain += 1;
        else for (const word of namesAndNumbers(row.counterpart)) meant.add(word);
        return;
      }
      const { record } = row;
      providers.add(String(record.providerName));
      if (typeof record.providerCreditCode === 'string') providerCodes.add(record.providerCreditCode);
      if (record.isPending) uncertain += 1;
      if (row.marks.includes('NAME_MISMATCH')) for (const word of wordsOf(record)) meant.add(word);
    },
    alias(ids) {
      for (const id of ids) aliases.add(id);
    },
  };
}

function wordsOf(record: IncomingRow): readonly string[] {
  return [String(record.counterpartName), String(record.subjectId), ...(record.numbers ?? [])];
}

/**
 * Ends what a full list no longer names: each such record gets a new version that is withheld as NO_LONGER_LISTED, so that
 * its own side still sees it. Only records of providers that the file has rows of are looked at. Nothing ends, unless it is
 * confirmed, where that would be more than `share` of them or where rows could not be read that may have named some.
 */
export async function endUnlisted(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  named: { readonly ids: Iterable<string>; readonly listed: Listed },
  terms: {
    readonly item: string;
    readonly importId: number;
    readonly share: number;
    readonly isConfirmed: boolean;
    readonly isDryRun: boolean;
  },
): Promise<Unlisted> {
  const { table } = target;
  const { providers, providerCodes, meant, uncertain, aliases } = named.listed;
  await beginWriting(transaction, terms.item);
  await transaction.unsafe('create temp table named (id text) on commit drop');
  await copyInto(transaction, 'named', linesOf(named.ids, aliases));
  await transaction.unsafe('analyze named');
  const inScope = `t.superseded_at is null and t.item = $1::text and ${STANDS}
    and (t.provider_name = any($2::text[]) or t.provider_credit_code = any($3::text[]))`;
  const isMeant = `(t.counterpart_name = any($4::text[]) or t.subject_id = any($4::text[]))`;
  const isNamed = `exists (select 1 from named n where n.id = t.id)`;
  const parameters = [terms.item, [...providers], [...providerCodes], [...meant]];
  const [found] = await transaction.unsafe<{ listed: number; unlisted: number; spared: number }[]>(
    `select count(*)::int as listed, (count(*) filter (where not is_named and not is_meant))::int as unlisted,
            (count(*) filter (where not is_named and is_meant))::int as spared
     from (select ${isNamed} as is_named, ${isMeant} as is_meant from ${table} t where ${inScope}) t`,
    parameters,
  );
  const { listed = 0, unlisted = 0, spared = 0 } = found ?? {};
  const counts = { listed, unlisted, uncertain, spared };
  const isMuch = unlisted > listed * terms.share;
  if (unlisted > 0 && !terms.isConfirmed && (isMuch || uncertain > 0))
    return { ...counts, ended: 0, awaits: isMuch ? 'MANY' : 'UNCERTAIN' };
  if (unlisted > 0 && !terms.isDryRun) {
    await planSuccession(
      transaction,
      `select t.id, t.version, $5::text::bigint, '${NO_LONGER_LISTED}' from ${table} t
       where ${inScope} and not ${isMeant} and not ${isNamed}`,
      [...parameters, String(terms.importId)] as unknown as postgres.ParameterOrJSON<never>[],
    );
    await carryOut(transaction, target);
  }
  return { ...counts, ended: unlisted, awaits: null };
}

function* linesOf(ids: Iterable<string>, aliases: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const source of [ids, aliases]) {
    for (const id of source) {
      piece.push(id);
      if (piece.length < 4096) continue;
      yield `${piece.join('\n')}\n`;
      piece = [];
    }
  }
  if (piece.length > 0) yield `${piece.join('\n')}\n`;
}

/** By what a stored record of the same counterpart would be known. */
function namesAndNumbers({ name, shownName, identifiers }: Counterpart): readonly string[] {
  return [name, ...(shownName === undefined ? [] : [shownName]), ...identifiers.map((one) => one.value)];
}
