import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { identifierColumn, type Reading, text } from '../sheets/index.ts';
import type { GivenOrganization } from './draft.ts';
import { rejected } from './draft.ts';

/**
 * The columns of who decided and who submitted (发改办财金〔2018〕424号, items 26 to 29). `names` are the headers under
 * which a kind's files name the deciding authority.
 */
export function authorityColumns(names: readonly string[]) {
  return {
    authorityName: text([...names, '认定单位'], { maxLength: 255, describes: { example: '云泽市主管部门' } }),
    authorityCreditCode: codeColumn(
      names.map((name) => `${name}统一社会信用代码`).concat('认定单位统一社会信用代码', 'CF_CFJGDM', 'XK_XKJGDM'),
    ),
    providerName: text(['数据来源单位', '信息提供部门', 'CF_SJLY', 'XK_LYDW'], {
      maxLength: 200,
      describes: { example: '云泽市主管部门' },
    }),
    providerCreditCode: codeColumn(['数据来源单位统一社会信用代码', 'CF_SJLYDM', 'XK_LYDWDM']),
  };
}

function codeColumn(aliases: readonly string[]) {
  return identifierColumn(
    aliases,
    (given): Reading<string> => {
      if (isCreditCode(given)) return { value: given };
      return { problem: `机关的统一社会信用代码应为 18 位且通过校验,收到“${given}”`, code: 'AUTHORITY_CODE' };
    },
    { describes: { form: '18 位统一社会信用代码', pattern: '^[0-9A-Z]{18}$', example: '11990100MB0000019L' } },
  );
}

interface AuthorityValues {
  readonly authorityName: string | null;
  readonly authorityCreditCode: string | null;
  readonly providerName: string | null;
  readonly providerCreditCode: string | null;
}

/** Who decided. A row that names neither the authority nor the providing unit is refused: nobody would answer for it. */
export function authorityOf(values: AuthorityValues): GivenOrganization | ReturnType<typeof rejected> {
  if (values.authorityName !== null) return { name: values.authorityName, creditCode: values.authorityCreditCode };
  if (values.providerName !== null) return { name: values.providerName, creditCode: values.providerCreditCode };
  return rejected('NO_AUTHORITY', '缺少认定(决定)单位,也没有数据来源单位:无人对此行负责。');
}

/** Who submitted; where the file does not say, the authority speaks for itself. */
export function providerOf(values: AuthorityValues, authority: GivenOrganization): GivenOrganization {
  return values.providerName === null
    ? authority
    : { name: values.providerName, creditCode: values.providerCreditCode };
}
