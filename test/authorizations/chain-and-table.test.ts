import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../gateway/authorizations/authorization.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import {
  askingAs,
  authorized,
  companyOf,
  namedBy,
  newKey,
  REVOKE,
  RIVER_BANK,
  registerLenders,
} from '../support/lending.ts';
import { program } from '../support/programs.ts';

// Who may change the table of authorizations cannot change the chain: held against each other, they tell what was changed.

const MILL = codeOf(91);
const city = await testCity({ audit: {} });
const { admin } = city.database;
const askAs = askingAs(await city.another({ identify: namedBy({ river: RIVER_BANK, mill: companyOf(MILL) }) }));
const granted = (more: { readonly isContinuous?: boolean } = {}) =>
  authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'], ...more });

const [chain = '', keys = '', heads = ''] = ['chain.ndjson', 'keys.json', 'heads-then.jsonl'].map((name) =>
  join(city.folder, name),
);
const environment = {
  ...process.env,
  DATABASE_URL: city.database.url,
  DATA_DIR: city.folder,
  SECRET: Buffer.from(city.city.secret).toString('hex'),
  LOG_LEVEL: 'silent',
};
const audit = (...args: string[]) =>
  promisify(execFile)(process.execPath, [program('audit'), ...args], { env: environment }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
  );
const verify = () => audit('verify', chain, '--keys', keys, '--heads', heads, '--database');
const ids: Record<string, string> = {};
const lineOf = async (name: string, change: string) => {
  const [line] = await admin<{ sequence: string }[]>`
    select sequence from audit.lines where body ->> 'change' = ${change} and body -> 'authorizations' ? ${ids[name] ?? ''}`;
  return line?.sequence;
};

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([['云泽水磨建材有限公司', MILL]]));
  await registerLenders(city);
  for (const name of ['untouched', 'revoked', 'until', 'items', 'purpose', 'deleted']) ids[name] = await granted();
  for (const name of ['used', 'isContinuous']) ids[name] = await granted({ isContinuous: false });
  await askAs('mill', REVOKE, { id: ids.revoked, key: newKey() });
  const requests = [{ identifier: MILL, authorization: ids.used }];
  const PACKAGES = `query($requests: [FinancingPackageRequest!]!) {
    financingPackages(requests: $requests) { outcome package { blocks { isGranted } } } }`;
  const { data } = await askAs('river', PACKAGES, { requests });
  expect(data.financingPackages[0].outcome).toBe('COMPLETE');
  await city.audit?.signHead();
  // The heads of then: others are signed every minute, over lines that this export does not have.
  await copyFile(join(city.folder, 'heads.jsonl'), heads);
  await audit('export', chain);
  await writeFile(keys, (await audit('keys')).said);
});

describe('npm run audit -- verify --database', () => {
  it('finds the authorizations as the chain tells them, those of after the export among them', async () => {
    ids.later = await granted();
    expect(await verify()).toEqual({ code: 0, said: expect.stringContaining('授权登记与审计链一致') });
  });

  it('names each that was edited, made up or taken away, and the line that says otherwise', async () => {
    const of = (name: string) => ids[name] ?? '';
    await admin`update gateway.authorizations set state = 'GRANTED', ended_at = null where id = ${of('revoked')}`;
    await admin`update gateway.authorizations set ends_on = '2027-12-31' where id = ${of('until')}`;
    await admin`update gateway.authorizations set items = items || '{labour.social-insurance}' where id = ${of('items')}`;
    await admin`update gateway.authorizations set purpose = 'POST_LOAN' where id = ${of('purpose')}`;
    await admin`update gateway.authorizations set is_continuous = true where id = ${of('isContinuous')}`;
    await admin`update gateway.authorizations set state = 'GRANTED', used_by = null where id = ${of('used')}`;
    await admin`delete from gateway.authorizations where id = ${of('deleted')}`;
    const made = newId();
    await admin`insert into gateway.authorizations select (jsonb_populate_record(a, jsonb_build_object('id', ${made}::text))).*
      from gateway.authorizations a where id = ${of('untouched')}`;
    const { code, said } = await verify();
    expect(code).toBe(1);
    const told = said.split('\n').filter((line) => line.startsWith('不符'));
    const [answer] = await admin<{ sequence: string }[]>`
      select sequence from audit.lines where body ->> 'kind' = 'OUTCOME' and body -> 'authorizations' ? ${of('used')}`;
    const otherwise = (name: string, what: string, line: string | undefined) =>
      `不符:授权 ${of(name)} 的${what}与审计链不同(见审计链第 ${line} 行)。`;
    expect(told.sort()).toEqual(
      [
        otherwise('revoked', '状态', await lineOf('revoked', 'REVOKE')),
        otherwise('until', '止期', await lineOf('until', 'REQUEST')),
        otherwise('items', '目录项', await lineOf('items', 'REQUEST')),
        otherwise('purpose', '用途', await lineOf('purpose', 'REQUEST')),
        otherwise('isContinuous', '次数', await lineOf('isContinuous', 'REQUEST')),
        otherwise('used', '状态', answer?.sequence),
        `不符:授权 ${of('deleted')} 在链而不在库:登记被删去(见审计链第 ${await lineOf('deleted', 'REQUEST')} 行)。`,
        `不符:授权 ${made} 在库而不在链:无人办理过。`,
      ].sort(),
    );
  });
});
