import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../platform/import/days.ts';
import { type GivenIdentifier, recordSheet, rejected } from '../../platform/import/draft.ts';
import {
  type ColumnOptions,
  coded,
  column,
  date,
  defineSheet,
  OCCASIONAL,
  period,
  type Reading,
  telling,
  text,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeIn, codeTable } from '../../schema/codes/city.ts';
import { IdentifierError } from '../../schema/identifiers/index.ts';
import {
  creditCodeOf,
  organizationCodeOf,
  type PermitNumber,
  parse as parsePermitNumber,
} from '../../schema/identifiers/permit-number.ts';

/**
 * 排污许可: a row is the permit of one place of production (HJ 608-2017). The number stays over renewals and changes, which
 * are versions. It holds the unit's code, so that a file needs no column of codes; where it has one, both must agree.
 */
export const dischargePermitSheet = recordSheet({
  type: 'PollutantDischargePermit',
  title: '排污许可',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['发证机关', '核发机关', '核发部门', '许可机关', '发证机关名称']),
      permitNumber: column<PermitNumber, ColumnOptions & { readonly isRequired: true }>(
        ['排污许可证编号', '许可证编号', '排污许可证号', '许可证号', '登记编号', '固定污染源排污登记编号'],
        {
          isRequired: true,
          describes: { form: '22 位编号', pattern: '^[0-9A-Z]{22}$', example: '91990102MA1D4H0X9M001P' },
        },
        readPermitNumber,
      ),
      industryCode: text(['行业类别代码', '行业代码', '国民经济行业代码'], {
        maxLength: 16,
        describes: { kind: 'CODE', words: wordsOf('industries'), isOpen: true, form: '代码', example: 'C1331' },
      }),
      industryName: text(['行业类别', '行业类别名称', '行业名称', '所属行业'], {
        maxLength: 100,
        describes: OCCASIONAL,
      }),
      managementCategory: coded(
        ['管理类别', '排污许可管理类别', '管理类型', '许可管理类别'],
        telling(categoryOf, wordsOf('discharge-management-categories')),
        {
          otherwise: null,
        },
      ),
      decidedOn: date(['发证日期', '核发日期', '发证时间', '首次发证日期', '登记日期']),
      validFrom: date(['有效期自', '有效期起', '有效期开始日期', '有效期限自']),
      validTo: date(['有效期至', '有效期止', '有效期截止日期', '有效期限至', '有效期结束日期'], { openEnded: true }),
      validity: period(['有效期', '有效期限'], { describes: OCCASIONAL }),
      siteAddress: text(['生产经营场所地址', '生产经营场所', '经营场所地址', '生产地址'], {
        maxLength: 500,
        describes: { example: '云泽市临江区稻香路1号' },
      }),
    },
  }),
  draft(values) {
    const embedded = embeddedIdentifier(values.permitNumber);
    const given = values.creditCode;
    if (embedded?.type === 'CREDIT_CODE' && given?.type === 'CREDIT_CODE' && given.value !== embedded.value) {
      const message = `排污许可证编号所含代码 ${embedded.value} 与统一社会信用代码栏的 ${given.value} 不一致。`;
      return rejected('PERMIT_OF_ANOTHER', message, 'permitNumber');
    }
    const counterpart = counterpartOf(
      embedded?.type === 'CREDIT_CODE'
        ? { ...values, creditCode: embedded }
        : { ...values, organizationCode: values.organizationCode ?? embedded },
    );
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { decidedOn } = values;
    const validFrom = values.validFrom ?? values.validity?.from ?? null;
    const validTo = values.validTo ?? values.validity?.until ?? null;
    const firstDay = validFrom ?? decidedOn;
    if (firstDay === null) return rejected('NO_DATE', '缺少发证日期和有效期自，至少应有其一。', 'decidedOn');
    const impossible = endsBeforeStart(['有效期自或发证日期', firstDay], { validTo: ['有效期至', validTo] });
    if (impossible) return impossible;
    const industry = codeIn('industries', values.industryCode) ?? codeIn('industries', values.industryName);
    const isUnknown = industry === null && (values.industryCode ?? values.industryName) !== null;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [values.permitNumber],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.permitNumber,
      decidedOn,
      effectiveUntil: validTo,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: decidedOn ?? firstDay,
      marks: isUnknown ? ['CODE_UNKNOWN'] : [],
      own: {
        permitNumber: values.permitNumber,
        industry,
        managementCategory: values.managementCategory,
        validFrom,
        validTo,
        siteAddress: values.siteAddress,
      },
    };
  },
});

function readPermitNumber(cell: { readonly text: string }): Reading<PermitNumber> {
  try {
    return { value: parsePermitNumber(cell.text) };
  } catch (error) {
    if (error instanceof IdentifierError) return { problem: error.message, code: `PERMIT_NUMBER_${error.kind}` };
    throw error;
  }
}

function embeddedIdentifier(number: PermitNumber): GivenIdentifier | null {
  const creditCode = creditCodeOf(number);
  if (creditCode !== undefined) return { type: 'CREDIT_CODE', value: creditCode };
  const organizationCode = organizationCodeOf(number);
  return organizationCode === undefined ? null : { type: 'ORGANIZATION_CODE', value: organizationCode };
}

function categoryOf(word: string): string | null | undefined {
  return codeTable('discharge-management-categories').byLabel(word)?.code;
}
