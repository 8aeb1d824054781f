/**
 * The subjects of the invented city 云泽市 (990100) that have a story. They stand in the submitted files under `files/`
 * beside some 230 others without one; tests, documentation and the explorer's examples know them by these names. The city,
 * its companies and its people do not exist.
 */
export interface StorySubject {
  readonly name: string;
  /** Null for the one that is known by its registration number alone. */
  readonly creditCode: string | null;
  readonly registrationNumber?: string;
  readonly formerName?: string;
  readonly formerCreditCode?: string;
  /** Present district, GB/T 2260 with the invented city's codes. */
  readonly district: string;
  /** GB/T 4754-2017; null for who has none. */
  readonly industry: string | null;
  readonly story: { readonly en: string; readonly zh: string };
}

/** Nothing against it, everything for it. */
export const cleanCompany: StorySubject = {
  name: '云泽荻禾粮油有限公司',
  creditCode: '91990102MA1D4H0X9M',
  district: '990102',
  industry: 'C1331',
  story: {
    en: 'Rated A by the tax authority four years in a row (2022 to 2025), green by the environment department, licensed, reports and pays on time, no penalty, on no list of dishonesty.',
    zh: '纳税信用连续四年(2022 至 2025 年度)为 A 级,环境信用为绿牌,证照齐全,按时年报、纳税、参保、缴费,没有行政处罚,也没有失信记录。',
  },
};

/** Lost a case and did not pay. */
export const dishonestDebtor: StorySubject = {
  name: '云泽岸柘建设工程有限公司',
  creditCode: '91990103MA2N7K1R10',
  district: '990103',
  industry: 'E4710',
  story: {
    en: 'Lost a lawsuit over a contract and performed nothing: a dishonest judgment debtor, restricted in its consumption. It also owes value-added tax and was fined by the market regulator.',
    zh: '合同纠纷败诉后全部未履行,被列为失信被执行人并限制消费;另有欠税公告和一次市场监管罚款。',
  },
};

/** Its licence was revoked, and it was never deregistered. */
export const struckOffCompany: StorySubject = {
  name: '云泽苇桥商贸有限公司',
  creditCode: '91990104MA3W5Q2E7M',
  district: '990104',
  industry: 'F5211',
  story: {
    en: 'Ceased business without saying so: no report since that of 2022, not to be found at its address, no social insurance since August 2024; its licence was revoked in 2025 and it is still not deregistered.',
    zh: '2022 年度之后不再年报,登记住所无法联系,2024 年 8 月起不再参保;自行停业连续六个月以上,2025 年被吊销营业执照,至今未注销(吊销,未注销)。',
  },
};

/** The environment department typed a letter O for the zero in its code. */
export const mistypedCompany: StorySubject = {
  name: '云泽澄原环保设备有限公司',
  creditCode: '91990181MA0C7R4PXR',
  district: '990181',
  industry: 'C3591',
  story: {
    en: 'A clerk typed the letter O for the digit 0 in its credit code: the environmental penalty is rejected, and the reason names the code that was probably meant.',
    zh: '生态环境部门的处罚文件把代码里的数字 0 录成了字母 O:该行退回,退回原因中给出可能的正确代码。',
  },
};
export const mistypedCode = '91990181MAOC7R4PXR';

/** An individual business that became a company: new name, new code. */
export const renamedCompany: StorySubject = {
  name: '云泽浔澜软件技术有限公司',
  creditCode: '91990102MA5X3L8T8W',
  formerName: '云泽市临江区浔澜电脑服务部',
  formerCreditCode: '92990102MA4F6L2B0C',
  district: '990102',
  industry: 'I6513',
  story: {
    en: 'Was an individual business until 2023-06-30 and then became a company with another name and another code. Rows under the old name and the old code belong to it.',
    zh: '2023 年 6 月 30 日由个体工商户转为企业,名称和代码都变了;部门文件里以旧名称、旧代码报来的记录仍归于它。',
  },
};

/** Rated B, then C: neither is public. */
export const plainlyRatedCompany: StorySubject = {
  name: '云泽槐檐餐饮管理有限公司',
  creditCode: '91990103MA6H9Y3D0N',
  district: '990103',
  industry: 'H6210',
  story: {
    en: 'Rated B for 2024 and C for 2025 by the tax authority. Only A is public, so an anonymous visitor sees no rating and no count of ratings.',
    zh: '2024 年度纳税信用 B 级,2025 年度 C 级。只有 A 级主动公开,匿名访客既看不到评价,也看不到条数。',
  },
};

/** Its only penalty is no longer published. */
export const endedPublicationCompany: StorySubject = {
  name: '云泽埠石建材有限公司',
  creditCode: '91990104MA7B2T0K37',
  district: '990104',
  industry: 'F5165',
  story: {
    en: 'Was fined in 2022; the publication of that penalty ended on 2025-05-17. It is as absent as one that never was.',
    zh: '2022 年被罚款,公示期于 2025 年 5 月 17 日届满:这条处罚不再出现,与从未有过一样。',
  },
};

/** Was warned and nothing more: the market regulator does not publish that. */
export const warnedCompany: StorySubject = {
  name: '云泽筠坊大药房有限公司',
  creditCode: '91990105MA8Y1F6J2K',
  district: '990105',
  industry: 'F5251',
  story: {
    en: 'Was only warned by the market regulator, which does not publish mere warnings: the penalty is kept and not shown.',
    zh: '仅受市场监管部门警告,依规定不予公示:记录入库而不显示。',
  },
};

/** Never exchanged its old licence for a credit code. */
export const oldNumberFactory: StorySubject = {
  name: '云泽市第三砖瓦厂',
  creditCode: null,
  registrationNumber: '990104000013728',
  district: '990104',
  industry: 'C3031',
  story: {
    en: 'Its licence was revoked in 2012, before credit codes existed: it is known by a 15-digit registration number alone, and not confirmed by the registry, so that searches do not list it.',
    zh: '2012 年即被吊销,从未换发统一社会信用代码:只有 15 位注册号,登记机关未确认,因此检索不列出,但可凭注册号查到。',
  },
};

/** The red card. */
export const redCardCompany: StorySubject = {
  name: '云泽磐川化工有限公司',
  creditCode: '91990121MA9P3C7U5Y',
  district: '990121',
  industry: 'C2614',
  story: {
    en: 'Discharged waste water over the limit: fined 540,000 yuan by the environment department and rated red for 2025, after yellow for 2024.',
    zh: '超标排放水污染物,被生态环境部门罚款伍拾肆万元,2024 年度环境信用黄牌,2025 年度红牌。',
  },
};

/** On an incentive list. */
export const rewardedCompany: StorySubject = {
  name: '云泽汀岚茶业有限公司',
  creditCode: '91990105MA1T8N5L5C',
  district: '990105',
  industry: 'C1530',
  story: {
    en: 'Named a trustworthy model enterprise in 2026 and an A-grade taxpayer.',
    zh: '2026 年被评为诚信示范企业,并列入纳税信用 A 级纳税人名单。',
  },
};

/** On a list of serious dishonesty. */
export const blacklistedCompany: StorySubject = {
  name: '云泽屿劳劳务服务有限公司',
  creditCode: '91990103MA2L4W9G7B',
  district: '990103',
  industry: 'L7269',
  story: {
    en: 'Did not pay the wages of 46 workers and has been on the list of wage arrears since 2025-12-08.',
    zh: '拖欠 46 名农民工工资,2025 年 12 月 8 日起列入拖欠农民工工资失信联合惩戒对象名单。',
  },
};

/** Was on such a list, and is no longer. */
export const removedFromListCompany: StorySubject = {
  name: '云泽棠垣食品有限公司',
  creditCode: '91990181MA3L7T1H4K',
  district: '990181',
  industry: 'C1432',
  story: {
    en: 'Was on the market regulator’s list of serious dishonesty and was removed on 2026-05-20 after credit repair: the entry is no longer shown.',
    zh: '曾列入市场监督管理严重违法失信名单,2026 年 5 月 20 日信用修复后移出:该条目不再显示。',
  },
};

/** An individual business. */
export const breakfastShop: StorySubject = {
  name: '云泽市临江区穗巷早点铺',
  creditCode: '92990102MA4E8B6N70',
  district: '990102',
  industry: 'H6291',
  story: {
    en: 'An individual business (code 92), fined 500 yuan in the summary procedure.',
    zh: '个体工商户(代码以 92 开头),曾按简易程序罚款 500 元。',
  },
};

/** Two shops of one name: the district tells them apart. */
export const riversideShop: StorySubject = {
  name: '云泽邻禾便利店',
  creditCode: '92990102MA5H2N3Q70',
  district: '990102',
  industry: 'F5213',
  story: {
    en: 'Has the same name as a shop in the district of 望湖区 that it has nothing to do with. Rated A for 2025.',
    zh: '与望湖区一家店同名而毫无关系;2025 年度纳税信用 A 级。',
  },
};
export const lakesideShop: StorySubject = {
  name: '云泽邻禾便利店',
  creditCode: '92990103MA6N5H7W9M',
  district: '990103',
  industry: 'F5213',
  story: {
    en: 'Has the same name as a shop in the district of 临江区. This is the one that was fined for food past its date.',
    zh: '与临江区一家店同名;因销售超过保质期的食品被罚款的是这一家。',
  },
};

/** A penalty came with its code and another's name. */
export const misnamedCompany: StorySubject = {
  name: '云泽桁青机械有限公司',
  creditCode: '91990121MA7Q6J4A55',
  district: '990121',
  industry: 'C3421',
  story: {
    en: 'A penalty was submitted with its code and the name of somebody else: it is kept, held back and shown to nobody until that is settled.',
    zh: '一条处罚用了它的代码、写的却是别家的名称:入库而暂不显示(NAME_MISMATCH),待核实。',
  },
};

/** A department fined by another. */
export const finedDepartment: StorySubject = {
  name: '云泽市青石区城市管理局',
  creditCode: '11990104MB1C6G202A',
  district: '990104',
  industry: 'S9221',
  story: {
    en: 'A government body (code 11) whose waste transfer station leaked: fined 120,000 yuan by the environment department like anybody else.',
    zh: '机关(代码以 11 开头):下属垃圾转运站渗滤液外排,同样被生态环境部门罚款 12 万元。',
  },
};

/** Enough penalties for a second page. */
export const oftenFinedCompany: StorySubject = {
  name: '云泽垣联超市有限公司',
  creditCode: '91990102MA9U1L3X25',
  district: '990102',
  industry: 'F5212',
  story: {
    en: 'A chain of supermarkets with 24 published penalties: more than a page of twenty.',
    zh: '连锁超市,有 24 条公示中的行政处罚,二十条一页须翻页。',
  },
};

/** Its penalty was submitted again, corrected. */
export const correctedCompany: StorySubject = {
  name: '云泽檐丰装饰工程有限公司',
  creditCode: '91990105MA1F9D7YXN',
  district: '990105',
  industry: 'E5011',
  story: {
    en: 'The first file said that it was fined 5,000 yuan; the second corrected that to 50,000. The record is in its second version, under the same id.',
    zh: '第一份文件报罚款 5000 元,第二份更正为 50000 元:同一条记录,现为第 2 版。',
  },
};

/** Bought and sold invoices for goods that never were. */
export const invoiceForger: StorySubject = {
  name: '云泽霁桁贸易有限公司',
  creditCode: '91990102MA2P7D1Q67',
  district: '990102',
  industry: 'F5174',
  story: {
    en: 'Issued 212 false special VAT invoices: fined 500,000 yuan by the tax authority on 2026-03-17 and named a major tax violator on 2026-06-10, for three years.',
    zh: '虚开增值税专用发票 212 份:2026 年 3 月 17 日被税务机关罚款 50 万元,同年 6 月 10 日被确定为重大税收违法失信主体,公布三年。',
  },
};

/** Paid its debt, late. */
export const settledDebtor: StorySubject = {
  name: '云泽柘汐家居有限公司',
  creditCode: '91990104MA3H8F2T2C',
  district: '990104',
  industry: 'C2110',
  story: {
    en: 'Lost a case over a price of 486,000 yuan, was restricted in its consumption and then paid everything: the restriction was lifted and the enforcement case closed on 2026-05-29; neither is shown any more. The judgment is.',
    zh: '买卖合同案败诉,货款 48.6 万元,被限制消费后全部履行:2026 年 5 月 29 日解除限制并结案,两者都不再显示;判决书仍在。',
  },
};

/** Said that it met the conditions of a licence, and did not. */
export const promiseBreaker: StorySubject = {
  name: '云泽苓渡食品有限公司',
  creditCode: '91990105MA4K1M9R6E',
  district: '990105',
  industry: 'C1411',
  story: {
    en: 'Got a food production licence on its written commitment that it met the conditions (告知承诺). The check afterwards found that it did not: the licence was withdrawn, the commitment is recorded as not kept, by a document.',
    zh: '以告知承诺方式取得食品生产许可,事后核查发现不具备所承诺的条件:许可被撤销,承诺认定为未履行(有认定文号)。',
  },
};

/** A shop that could not be found, and then was. */
export const restoredShop: StorySubject = {
  name: '云泽市青石区桔畔理发店',
  creditCode: '92990104MA5C3B7X87',
  district: '990104',
  industry: 'O8040',
  story: {
    en: 'An individual business that filed no report for 2024 and was marked as in an abnormal state of operation on 2025-07-08; it filed and was restored on 2025-09-16: the mark is no longer shown.',
    zh: '个体工商户,未报送 2024 年度年报,2025 年 7 月 8 日被标记为经营异常状态;补报后于同年 9 月 16 日恢复,标记不再显示。',
  },
};

/** Behind with its bills, which is nobody's business without its consent. */
export const behindWithBills: StorySubject = {
  name: '云泽渊砾铸造有限公司',
  creditCode: '91990181MA6L0U4W6R',
  district: '990181',
  industry: 'C3392',
  story: {
    en: 'Owes three months of electricity and suspended its social insurance in August 2026. All of it needs its authorization: an anonymous visitor sees a company without a blemish.',
    zh: '拖欠三个月电费,2026 年 8 月起暂停缴纳社会保险。这些都须经其授权才能查询:匿名访客看不到任何不良记录。',
  },
};

/** On a list that is for government alone. */
export const watchedCompany: StorySubject = {
  name: '云泽绮陌物流有限公司',
  creditCode: '91990121MA7G9N5P2E',
  district: '990121',
  industry: 'G5990',
  story: {
    en: 'On the list of key attention since 2026-04-02, which departments share and nobody else sees: no visitor learns of it, not even by a count.',
    zh: '2026 年 4 月 2 日起列入重点关注名单,仅限政务共享:访客无从得知,条数里也没有。',
  },
};

/** Told later than the others, so that they stay as they are. */
export const laterStorySubjects: readonly StorySubject[] = [
  invoiceForger,
  settledDebtor,
  promiseBreaker,
  restoredShop,
  behindWithBills,
  watchedCompany,
];

/** All of them, in the order in which the story is told. */
export const storySubjects: readonly StorySubject[] = [
  cleanCompany,
  dishonestDebtor,
  struckOffCompany,
  mistypedCompany,
  renamedCompany,
  plainlyRatedCompany,
  endedPublicationCompany,
  warnedCompany,
  oldNumberFactory,
  redCardCompany,
  rewardedCompany,
  blacklistedCompany,
  removedFromListCompany,
  breakfastShop,
  riversideShop,
  lakesideShop,
  misnamedCompany,
  finedDepartment,
  oftenFinedCompany,
  correctedCompany,
  ...laterStorySubjects,
];
