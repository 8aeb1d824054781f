import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf, isOrganization } from '../../platform/import/counterpart.ts';
import { type Rejection, recordSheet, rejected } from '../../platform/import/draft.ts';
import {
  coded,
  defineSheet,
  integer,
  lastDayOf,
  money,
  month,
  never,
  telling,
  text,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { isUnitOf, unitNamed, unitTerm, usualUnit, utilityNamed, utilityTerm } from './codes.ts';
import { accountColumn, type Quantity, quantityColumn } from './columns.ts';

const { counterpartName, counterpartCategory } = counterpartColumns;

/**
 * 水电气缴费: a row is what one account used and was charged in one month (data standard §13). Households are refused.
 * Account numbers tell rows apart and are not stored; addresses, telephone numbers and contacts are not even read.
 */
export const paymentSheet = recordSheet({
  type: 'UtilityPayment',
  title: '水电气缴费',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(
        ['供水', '供电', '供气', '燃气', '收费', '公用事业'].flatMap((kind) => [`${kind}单位`, `${kind}企业`]),
      ),
      counterpartName: {
        ...counterpartName,
        aliases: [...counterpartName.aliases, '户名', '用户名称', '用户户名', '客户名称', '用电户名称', '用水户名称'],
      },
      counterpartCategory: coded(
        [...counterpartCategory.aliases, '用户类别', '用户类型', '客户类型'],
        telling(categoryOf, wordsOf('counterpart-categories', isOrganization)),
      ),
      customerNumber: accountColumn(['户号', '用户号', '用户编号', '客户编号', '客户号', '缴费号', '缴费编号']),
      meterNumber: accountColumn(['表号', '水表编号', '电表编号', '气表编号', '计量点编号', '电能表编号']),
      address: never(['地址', '用户地址', '客户地址', '用水地址', '用电地址', '用气地址', '装表地址', '安装地址']),
      contact: never(['联系人', '联系电话', '手机号码', '用户电话']),
      month: month(
        ['月份', '年月', '所属月份', '账期', '账单月份', '费用月份', '抄表月份', '用水月份', '用电月份', '用气月份'],
        {
          isRequired: true,
        },
      ),
      utility: coded(['公用事业类别', '缴费类别', '缴费类型', '费用类别', '费用类型', '费用种类'], utilityNamed),
      quantity: quantityColumn([
        ...['用量', '使用量', '本月用量', '本期用量'],
        ...['用水量', '用水量(立方米)', '用水量(吨)', '用水量(方)', '本月用水量', '水量'],
        ...[
          '用电量',
          '用电量(千瓦时)',
          '用电量(度)',
          '用电量(kWh)',
          '用电量(万千瓦时)',
          '用电量(万度)',
          '本月用电量',
          '电量',
        ],
        ...['用气量', '用气量(立方米)', '用气量(方)', '用气量(万立方米)', '本月用气量', '气量'],
      ]),
      unit: text(['计量单位', '用量单位'], {
        maxLength: 16,
        ...(unitNamed.words && { describes: { kind: 'CODE', words: unitNamed.words } }),
      }),
      amount: money(['应缴金额', '金额', '费用金额', '应收金额', '本期费用', '当月费用', '缴费金额', '金额(元)'], {
        unit: 'YUAN',
      }),
      lateFee: money(['违约金', '滞纳金', '违约金(滞纳金)', '滞纳金金额', '违约金金额'], {
        unit: 'YUAN',
        describes: { example: '0' },
      }),
      arrearsPeriods: integer(['欠费期数', '欠费月数', '欠缴期数', '欠费次数']),
      arrears: money(['欠费金额', '欠缴金额', '欠费总额', '累计欠费', '欠费金额(元)'], { unit: 'YUAN' }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const used = usageOf(values);
    if ('rejected' in used) return used;
    const { amount, lateFee, arrearsPeriods, arrears } = values;
    if ([used.quantity, amount, lateFee, arrearsPeriods, arrears].every((value) => value === null)) {
      return rejected('NOTHING_TOLD', '用量、金额、违约金、欠费期数、欠费金额至少应有一项。', 'quantity');
    }
    if (arrearsPeriods !== null && arrears !== null && arrearsPeriods > 0 !== /[1-9]/u.test(arrears)) {
      const message = `欠费期数 ${arrearsPeriods} 与欠费金额 ${arrears} 元不一致：二者应同为零或同大于零。`;
      return rejected('ARREARS_CONTRADICT', message, 'arrears');
    }
    const { year, month: ofYear } = values.month;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [year, ofYear, used.utility, values.customerNumber, values.meterNumber],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: lastDayOf(values.month),
      own: {
        year,
        month: ofYear,
        ...used,
        amount,
        amountCurrency: currencyOf(amount),
        lateFee,
        lateFeeCurrency: currencyOf(lateFee),
        arrearsPeriods,
        arrears,
        arrearsCurrency: currencyOf(arrears),
      },
    };
  },
});

interface Usage {
  readonly utility: string;
  readonly quantity: string | null;
  readonly quantityUnit: string | null;
}

/** Which utility a row is about, by its column or the header of the quantity, and how much of it, in which unit. */
function usageOf(values: {
  readonly utility: string | null;
  readonly quantity: Quantity | null;
  readonly unit: string | null;
}): Usage | Rejection {
  const { quantity } = values;
  const utility = values.utility ?? quantity?.utility;
  if (utility === undefined) return rejected('NO_UTILITY', '缺少缴费类别：应为供水、供电或供气。', 'utility');
  if (quantity?.utility !== undefined && quantity.utility !== utility) {
    const message = `缴费类别为${utilityTerm(utility).label}，用量列却是${utilityTerm(quantity.utility).label}的用量。`;
    return rejected('UTILITY_CONFLICT', message, 'utility');
  }
  if (quantity === null) return { utility, quantity: null, quantityUnit: null };
  const given = values.unit === null ? undefined : unitNamed(values.unit);
  if (values.unit !== null && given === undefined) {
    return rejected('UNIT_UNKNOWN', `计量单位“${values.unit}”不在单位表中。`, 'unit');
  }
  const unit = quantity.unit ?? given ?? usualUnit(utility);
  if (!isUnitOf(unit, utility) || (given !== undefined && given !== unit)) {
    const stated = [...new Set([given, unit])].flatMap((one) => (one === undefined ? [] : unitTerm(one).label));
    return rejected('UNIT_CONFLICT', `${utilityTerm(utility).label}的用量不能以${stated.join('、')}计。`, 'quantity');
  }
  return { utility, quantity: quantity.value, quantityUnit: unit };
}

/** 居民 is a household: a natural person's data. */
function categoryOf(word: string): string | undefined {
  if (/^(?:居民|家庭)(?:用户|客户)?$/u.test(word)) return 'NATURAL_PERSON';
  if (/^(?:非居民|单位|工商业|一般工商业|大工业)(?:用户|客户)?$/u.test(word)) return 'LEGAL_ENTITY';
  return codeTable('counterpart-categories').byLabel(word)?.code;
}

function currencyOf(amount: string | null): 'CNY' | null {
  return amount === null ? null : 'CNY';
}
