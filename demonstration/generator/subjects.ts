import { checkDigit } from '../../schema/identifiers/registration-number.ts';
import {
  breakfastShop,
  lakesideShop,
  laterStorySubjects,
  oldNumberFactory,
  renamedCompany,
  restoredShop,
  riversideShop,
  type StorySubject,
  storySubjects,
  struckOffCompany,
} from '../story.ts';
import { authorities, type District, districtOf, districts } from './authorities.ts';
import { codeAlphabet, inventedCode } from './codes.ts';
import { addDays, addYears } from './days.ts';
import { type Chance, chance } from './random.ts';
import { companyTrades, personName, shopTrades, type Trade, tradeNames } from './words.ts';

/** A subject of the invented city, with what the registry knows of it. */
export interface Subject {
  readonly name: string;
  readonly creditCode: string | null;
  readonly registrationNumber: string | null;
  /** As the registry's column has them: 旧名(至2019-05-01). */
  readonly formerNames: string;
  readonly formerCreditCode: string | null;
  readonly district: string;
  readonly industry: string | null;
  readonly trade: Trade | null;
  readonly establishedOn: string;
  readonly approvedOn: string;
  readonly person: string;
  /** In 万元. */
  readonly capital: number | null;
  readonly status: string;
  readonly enterpriseType: string;
  readonly address: string;
  /** Has no story: departments' made-up rows are about these. */
  readonly isOrdinary: boolean;
}

const INDIVIDUAL = '个体工商户';
const COMPANY = '有限责任公司(自然人投资或控股)';

/** All subjects of the city, those with a story first, but for the later stories: they come last. */
export const subjects: readonly Subject[] = inventedCity(chance(990_100));

/** The subject of a story, with what the registry knows of it. */
export function told(story: StorySubject): Subject {
  const found = subjects.find(({ name, district }) => name === story.name && district === story.district);
  if (found === undefined) throw new Error(`not in the city: ${story.name}`);
  return found;
}

/** Subjects without a story that market regulation registers and that are in business. */
export const traders: readonly Subject[] = subjects.filter(
  ({ isOrdinary, trade, status }) => isOrdinary && trade !== null && status.startsWith('存续'),
);

export function isIndividual({ enterpriseType }: Subject): boolean {
  return enterpriseType === INDIVIDUAL;
}

function inventedCity(by: Chance): readonly Subject[] {
  const codes = codeSource(by);
  const later = chance(990_101);
  const companies = tradeNames.slice(0, 150).map((tradeName) => company(tradeName, codes, by));
  const shops = tradeNames.slice(150, 185).map((tradeName) => shop(tradeName, codes, by));
  return [
    ...storySubjects.filter((story) => !laterStorySubjects.includes(story)).map((story) => withStory(story, by)),
    ...companies,
    ...shops,
    ...others(codes, by),
    ...authorities.map((authority) => publicBody(authority.name, authority.creditCode, authority.district, by)),
    ...laterStorySubjects.map((story) => withStory(story, later)),
  ];
}

function company(tradeName: string, codes: CodeSource, by: Chance): Subject {
  const district = by.pick(districts);
  const trade = by.pick(companyTrades);
  const isBracketed = by.happens(12);
  const name = isBracketed ? `${tradeName}（云泽）${trade.word}有限公司` : `云泽${tradeName}${trade.word}有限公司`;
  const status = by.happens(90) ? '存续（在营、开业、在册）' : by.pick(['注销', '吊销，未注销', '迁出', '歇业']);
  const establishedOn = addDays('2004-03-01', by.below(7300));
  const registrationNumber = establishedOn < '2015-10-01' && by.happens(25) ? codes.registrationNumber(district) : null;
  return {
    ...registered({ name, district, trade, establishedOn, by }),
    creditCode: codes.creditCode('91', district),
    registrationNumber,
    formerNames: by.happens(6) ? `云泽${tradeName}经营部(至${addDays(establishedOn, by.between(200, 900))})` : '',
    capital: by.pick([10, 50, 100, 200, 300, 500, 1000, 2000, 5000, 1280.5, 666.6667]),
    status,
    enterpriseType: by.happens(85) ? COMPANY : '有限责任公司(自然人独资)',
  };
}

function shop(tradeName: string, codes: CodeSource, by: Chance): Subject {
  const district = by.pick(districts);
  const trade = by.pick(shopTrades);
  const name = `${district.label === '广泽市' ? '' : '云泽市'}${district.label}${tradeName}${trade.word}`;
  const establishedOn = addDays('2012-05-01', by.below(4700));
  return {
    ...registered({ name, district, trade, establishedOn, by }),
    creditCode: codes.creditCode('92', district),
    capital: null,
    status: by.happens(92) ? '存续（在营、开业、在册）' : '注销',
    enterpriseType: INDIVIDUAL,
  };
}

interface Registering {
  readonly name: string;
  readonly district: District;
  readonly trade: Trade | null;
  readonly establishedOn: string;
  readonly by: Chance;
}

function registered({ name, district, trade, establishedOn, by }: Registering): Subject {
  return {
    name,
    creditCode: null,
    registrationNumber: null,
    formerNames: '',
    formerCreditCode: null,
    district: district.code,
    industry: trade?.industry ?? null,
    trade,
    establishedOn,
    approvedOn: by.happens(60) ? establishedOn : addDays('2024-06-01', by.below(860)),
    person: personName(by),
    capital: null,
    status: '',
    enterpriseType: '',
    address: `云泽市${district.label}${district.road}${by.between(1, 688)}号`,
    isOrdinary: true,
  };
}

/** Cooperatives, schools and clinics, an association: subjects of other registries. */
function others(codes: CodeSource, by: Chance): readonly Subject[] {
  const cooperatives = ['砚禾', '荻野', '芷圃', '棠圃', '栖石', '浔禾'].map((tradeName, index) => {
    const district = index < 4 ? districtOf('990121') : districtOf('990181');
    const trade: Trade = { word: '', industry: 'A0141', scope: '蔬菜种植;新鲜蔬菜批发', isFood: true };
    const name = `${district.label}${tradeName}蔬菜种植专业合作社`;
    const establishedOn = addDays('2013-04-01', by.below(3000));
    return {
      ...registered({ name, district, trade, establishedOn, by }),
      creditCode: codes.creditCode('93', district),
      capital: by.pick([20, 60, 108]),
      status: '存续（在营、开业、在册）',
      enterpriseType: '农民专业合作社',
    };
  });
  const bodies = [
    ['云泽市第九小学', '12', 'P8321'],
    ['云泽市望湖区中西医结合医院', '12', 'Q8413'],
    ['云泽市绿化管理所', '12', 'N7840'],
    ['云泽市固体废物管理中心', '12', 'N7723'],
    ['云泽市检测服务行业协会', '51', 'S9521'],
    ['云泽市青石区艺海职业培训学校', '52', 'P8391'],
  ] as const;
  return [
    ...cooperatives,
    ...bodies.map(([name, kind, industry]) => ({
      ...publicBody(name, codes.creditCode(kind, districtOf('990103')), '990103', by),
      industry,
    })),
  ];
}

function publicBody(name: string, creditCode: string, district: string, by: Chance): Subject {
  const place = districts.find(({ code }) => code === district) ?? districtOf('990102');
  const establishedOn = addDays('1996-01-01', by.below(9000));
  return {
    ...registered({ name, district: place, trade: null, establishedOn, by }),
    creditCode,
    district,
    industry: 'S9221',
  };
}

function withStory(story: StorySubject, by: Chance): Subject {
  const district = districtOf(story.district);
  const isShop = [breakfastShop, riversideShop, lakesideShop, restoredShop].includes(story);
  const known = [...companyTrades, ...shopTrades].find(({ industry }) => industry === story.industry);
  const trade: Trade = known ?? { word: '', industry: story.industry ?? '', scope: '一般项目:依营业执照核定的范围' };
  const establishedOn = story === oldNumberFactory ? '1998-07-06' : addDays('2015-11-02', by.below(2000));
  const base = registered({ name: story.name, district, trade, establishedOn, by });
  const former = story.formerName === undefined ? '' : `${story.formerName}(至2023-06-30)`;
  return {
    ...base,
    creditCode: story.creditCode,
    registrationNumber: story.registrationNumber ?? null,
    formerNames: former,
    formerCreditCode: story.formerCreditCode ?? null,
    approvedOn: approvalOf(story, establishedOn),
    capital: isShop ? null : by.pick([200, 500, 1000, 3000]),
    status: [struckOffCompany, oldNumberFactory].includes(story) ? '吊销，未注销' : '存续（在营、开业、在册）',
    enterpriseType: isShop ? INDIVIDUAL : story === oldNumberFactory ? '集体所有制' : COMPANY,
    isOrdinary: false,
  };
}

function approvalOf(story: StorySubject, establishedOn: string): string {
  if (story === renamedCompany) return '2023-06-30';
  if (story === struckOffCompany) return '2025-04-11';
  return story === oldNumberFactory ? '2012-09-18' : addYears(establishedOn, 3);
}

interface CodeSource {
  creditCode(kind: string, district: District): string;
  registrationNumber(district: District): string;
}

/** Codes that no other subject has. */
function codeSource(by: Chance): CodeSource {
  const taken = new Set<string>(storySubjects.flatMap(({ creditCode }) => creditCode ?? []));
  let sequence = 1400;
  return {
    creditCode(kind, { code: district }) {
      const eight = `MA${by.below(10)}${Array.from({ length: 5 }, () => by.pick(codeAlphabet)).join('')}`;
      const code = inventedCode(kind, district, eight);
      if (taken.has(code)) throw new Error('a code came twice: choose another seed');
      taken.add(code);
      return code;
    },
    registrationNumber({ code: district }) {
      sequence += by.between(3, 90);
      const first14 = `${district}${String(sequence).padStart(8, '0')}`;
      return first14 + checkDigit(first14);
    },
  };
}
