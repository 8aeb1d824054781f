import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../platform/database/connection.ts';
import { codeOf } from '../city/patterns.ts';

/** Each answers how many milliseconds after its transaction's end a record was found by `Query.records`. */
export interface Probes {
  /** A record that is stored for this purpose, as an import stores it. */
  readonly ofMarket: () => Promise<number>;
  readonly ofTax: () => Promise<number>;
  /** The last rated A that the running import has stored; counted from the last look that did not show it yet. */
  readonly ofFile: () => Promise<number>;
  readonly end: () => Promise<void>;
}

const LOOK_MS = 10;
const FOUND = 'query ($ids: [ID!]) { records(filter: { ids: $ids }) { nodes { id } } }';

export async function probes(databaseUrl: string, url: string): Promise<Probes> {
  const client = connect({ url: databaseUrl }, { applicationName: 'credit-graph bench', max: 3 });
  let made = 0;

  const isFound = async (id: string): Promise<boolean> => {
    const body = JSON.stringify({ query: FOUND, variables: { ids: [id] } });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { data, errors } = (await response.json()) as {
      data?: { records?: { nodes: readonly unknown[] } };
      errors?: unknown;
    };
    if (errors) throw new Error(JSON.stringify(errors));
    return (data?.records?.nodes.length ?? 0) > 0;
  };
  const lagOf = async (id: string, since: number): Promise<number> => {
    while (!(await isFound(id))) await pause(LOOK_MS);
    return performance.now() - since;
  };

  /** A row with what every record has, and with the feed's word of it, in one transaction. */
  const store = async (schema: string, table: string, own: Readonly<Record<string, unknown>>): Promise<string> => {
    const id = `probe${String(++made).padStart(17, '0')}`;
    const row = {
      id,
      version: 1,
      subject_id: codeOf(0),
      content_hash: id,
      import_id: 0,
      authority_name: '云泽市测量所',
      provider_name: '云泽市测量所',
      counterpart_name: '云泽样本',
      sorted_on: '2026-01-05',
      published_on: '2026-01-05',
      is_publication_provisional: false,
      access_level: 'PUBLIC',
      marks: [],
      source: [],
      ...own,
    };
    await client.begin(async (transaction) => {
      await transaction.unsafe(
        `with stored as (
           insert into ${schema}.${table} select (jsonb_populate_record(null::${schema}.${table}, $1::text::jsonb || jsonb_build_object('recorded_at', clock_timestamp()))).*
           returning item, id, version, subject_id, recorded_at
         ) insert into ${schema}.feed (change, item, record_id, version, subject_id, recorded_at)
         select 'ADDED', item, id, version, subject_id, recorded_at from stored`,
        [JSON.stringify(row)],
      );
    });
    return id;
  };
  const stored = async (...row: Parameters<typeof store>): Promise<number> => {
    const id = await store(...row);
    return lagOf(id, performance.now());
  };
  const lastOfFile = async (): Promise<string | undefined> => {
    const [last] = await client<{ id: string }[]>`
      select f.record_id as id from tax.feed f join tax.tax_credit_ratings t on t.id = f.record_id and t.version = f.version
      where t.access_level = 'PUBLIC' and t.import_id > 0 order by f.transaction desc, f.position desc limit 1`;
    return last?.id;
  };

  return {
    ofMarket: () =>
      stored('market', 'administrative_penalties', {
        item: 'market.penalty',
        violation_type: '测量',
        violation_facts: '测量',
        legal_basis: '测量',
        penalty_types: ['FINE'],
        content: '测量',
      }),
    ofTax: () =>
      stored('tax', 'tax_credit_ratings', {
        item: 'tax.credit-rating',
        year: 2025,
        grade: 'A',
        grade_scheme: 'CN-2014',
        is_reassessment: false,
      }),
    async ofFile() {
      const before = await lastOfFile();
      for (;;) {
        const since = performance.now();
        await pause(LOOK_MS);
        const id = await lastOfFile();
        if (id !== undefined && id !== before) return lagOf(id, since);
      }
    },
    end: () => client.end({ timeout: 5 }),
  };
}
