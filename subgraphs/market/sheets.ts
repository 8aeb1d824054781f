import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import {
  coded,
  date,
  defineSheet,
  labelIn,
  never,
  OCCASIONAL,
  telling,
  text,
  wordIn,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeIn } from '../../schema/codes/city.ts';
import { licenceSheet as standardLicenceSheet } from '../../standards/administrative-licence/sheets.ts';
import { penaltySheet as standardPenaltySheet } from '../../standards/administrative-penalty/sheets.ts';
import { capitalColumn, currencyOf } from './capital.ts';
import { representativeNumber } from './representative-number.ts';

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['是', true],
  ['1', true],
  ['否', false],
  ['0', false],
]);

const { personIdNumber: idNumbers, ...organizationColumns } = counterpartColumns;
const isRepresentatives = (alias: string): boolean => representativeNumber.aliases.includes(alias);

/**
 * 登记注册: a row is a subject as it is registered today (GB/T 36104 and cities' exports). Telephone numbers, contacts and
 * certificates are no columns of ours: they are not public and not needed, but for the number by which a representative is verified.
 */
export const registrationSheet = recordSheet({
  type: 'Registration',
  title: '登记注册',
  sheet: defineSheet({
    columns: {
      ...organizationColumns,
      representativeNumber,
      othersIdNumbers: never(idNumbers.aliases.filter((alias) => !isRepresentatives(alias))),
      ...authorityColumns(['登记机关', '登记机关名称', '登记管理部门名称', '登记管理部门']),
      status: coded(
        ['登记状态', '经营状态', '企业状态', '企业登记状态', '主体状态', '状态'],
        labelIn('registration-statuses'),
        { isRequired: true, otherwise: 'OTHER' },
      ),
      enterpriseType: text(['企业类型', '企业(机构)类型', '市场主体类型', '经营主体类型', '主体类型', '类型'], {
        maxLength: 128,
        describes: { kind: 'CODE', words: wordsOf('enterprise-types'), isOpen: true },
      }),
      legalRepresentativeName: text(
        [
          '法定代表人',
          '法定代表人姓名',
          '法定代表人或负责人姓名',
          '法定代表人(负责人)',
          '法定代表人或负责人',
          '负责人',
          '负责人姓名',
          '经营者',
          '经营者姓名',
          '投资人',
          '执行事务合伙人',
        ],
        { maxLength: 200 },
      ),
      registeredCapital: capitalColumn([
        '注册资本',
        '注册资本(万元)',
        '注册资本(元)',
        '注册资本(金)',
        '注册资本(万元人民币)',
        '注册资金',
        '注册资金(万元)',
        '注册资金(元)',
        '出资额',
        '出资额(万元)',
      ]),
      currency: coded(
        ['币种', '货币种类', '注册资本币种', '注册资本(金)币种', '注册资本币种名称'],
        telling(currencyOf, wordsOf('currencies')),
      ),
      establishedOn: date(['成立日期', '成立时间', '设立日期', '注册日期']),
      approvedOn: date(['核准日期', '核准时间']),
      operatingFrom: date(['经营起始日期', '经营期限自', '营业期限自', '经营(驻在)期限自', '经营期限起', '有效期自']),
      operatingUntil: date(['经营截止日期', '经营期限至', '营业期限至', '经营(驻在)期限至', '经营期限止', '有效期至'], {
        openEnded: true,
      }),
      address: text(['住所', '住所(经营场所)', '注册地址', '住址', '企业住所', '企业地址', '地址', '经营场所'], {
        maxLength: 500,
        describes: { example: '云泽市临江区稻香路1号' },
      }),
      district: text(
        [
          '住所区划',
          '住所行政区划',
          '住所所在行政区划',
          '注册地址行政区划代码',
          '行政区划',
          '行政区划代码',
          '区划代码',
          '所属区划',
        ],
        {
          maxLength: 100,
          describes: { kind: 'CODE', words: wordsOf('regions'), isOpen: true, form: '代码或名称', example: '990102' },
        },
      ),
      businessAddress: text(['生产经营地', '生产经营地址', '生产经营场所', '实际经营地址', '经营地址'], {
        maxLength: 500,
      }),
      businessScope: text(['经营范围', '业务范围', '经营范围及方式'], {
        maxLength: 10_000,
        describes: { example: '粮油加工、销售。' },
      }),
      industryCode: text(['行业代码', '行业分类代码', '国民经济行业代码', '所属行业代码'], {
        maxLength: 16,
        describes: { kind: 'CODE', words: wordsOf('industries'), isOpen: true, form: '代码', example: 'C1331' },
      }),
      industryName: text(['行业名称', '行业', '所属行业', '国民经济行业', '所属行业名称'], {
        maxLength: 100,
        describes: OCCASIONAL,
      }),
      compositionForm: text(['组成形式'], { maxLength: 64 }),
      isConverted: coded(['是否个转企', '个转企'], wordIn(YES_OR_NO)),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const sortedOn = values.approvedOn ?? values.establishedOn;
    if (sortedOn === null) return rejected('NO_DATE', '缺少核准日期和成立日期，至少应有其一。', 'approvedOn');
    const capital = values.registeredCapital;
    if (capital?.currency && values.currency && capital.currency !== values.currency) {
      return rejected('CURRENCY_CONFLICT', '注册资本所写币种与币种栏不一致。', 'currency');
    }
    const enterpriseType = codeIn('enterprise-types', values.enterpriseType);
    const districtOfAddress = codeIn('regions', values.district);
    const industry = codeIn('industries', values.industryCode) ?? codeIn('industries', values.industryName);
    const isUnknown =
      (values.enterpriseType !== null && enterpriseType === null) ||
      (values.district !== null && districtOfAddress === null) ||
      ((values.industryCode ?? values.industryName) !== null && industry === null);
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: values.approvedOn,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn,
      marks: isUnknown ? ['CODE_UNKNOWN'] : [],
      own: {
        status: values.status,
        enterpriseType,
        registrationNumber: values.registrationNumber?.value ?? null,
        legalRepresentativeName: values.legalRepresentativeName,
        registeredCapital: capital?.amount ?? null,
        registeredCapitalCurrency: capital === null ? null : (capital.currency ?? values.currency ?? 'CNY'),
        establishedOn: values.establishedOn,
        approvedOn: values.approvedOn,
        operatingFrom: values.operatingFrom,
        operatingUntil: values.operatingUntil,
        address: values.address,
        districtOfAddress,
        businessAddress: values.businessAddress,
        businessScope: values.businessScope,
        industry,
        compositionForm: values.compositionForm,
        isConvertedFromIndividualBusiness: values.isConverted,
      },
      compared: { legalRepresentativeHash: values.representativeNumber },
    };
  },
});

/** 市场监督管理行政处罚信息公示规定 art. 2: who was only warned is not published. */
export const penaltySheet = standardPenaltySheet({
  withheldReason: (penaltyTypes) => (penaltyTypes.every((type) => type === 'WARNING') ? 'WARNING_ONLY' : null),
});

export const licenceSheet = standardLicenceSheet();
