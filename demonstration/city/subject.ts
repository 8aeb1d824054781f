import { checkCharacter as creditCheck } from '../../schema/identifiers/credit-code.ts';
import { checkCharacter as organizationCheck } from '../../schema/identifiers/organization-code.ts';
import { checkDigit } from '../../schema/identifiers/registration-number.ts';
import { type District, districtOf, districts } from '../generator/authorities.ts';
import { codeAlphabet } from '../generator/codes.ts';
import { addDays, referenceDay } from '../generator/days.ts';
import type { Chance } from '../generator/random.ts';
import type { Subject } from '../generator/subjects.ts';
import { companyTrades, personName, shopTrades, type Trade } from '../generator/words.ts';
import { at, drawn, share, weighted } from './draw.ts';
import { tradeNameOf } from './names.ts';

/** A subject of the city, as far as all files need it; what few files need is worked out when it is asked for. */
export interface CitySubject {
  readonly index: number;
  readonly kind: Kind;
  readonly district: District;
  readonly trade: Trade | null;
  readonly establishedOn: string;
  /** From this day on it no longer does business. */
  readonly endedOn: string | null;
  readonly status: string;
  readonly employees: number;
  /** How much there is against it: 1 on average, and much more for few (the top 1 % have a seventh of all of it). */
  readonly trouble: number;
  /** One of the twelve in four hundred that are old, big and in business: each rare kind of record falls on one of them. */
  readonly example: number | null;
  /** Name, codes and address, as the registry has them. */
  readonly registered: Subject;
  /** Chance for one fact of this subject. */
  by(word: string, more?: number): Chance;
  /** A number between 0 and 1 for one fact of this subject. */
  share(word: string, more?: number): number;
}

/** The first two places of the credit code. */
type Kind = '91' | '92' | '93' | '12' | '51';

const KINDS = weighted<Kind>([
  ['91', 60],
  ['92', 36],
  ['93', 3],
  ['12', 0.6],
  ['51', 0.4],
]);

/** By weight, where the subjects are. */
export const DISTRICTS = weighted<District>(
  districts.map((district) => [
    district,
    { 临江区: 26, 望湖区: 22, 青石区: 18, 云台区: 14, 芦汀县: 9, 广泽市: 11 }[district.label],
  ]),
);

/** Shares of trades, roughly those that cities report by sections of GB/T 4754; the others have 1. */
const SHARES: Readonly<Record<string, number>> = {
  ...{
    五金: 14,
    粮油贸易: 7,
    酒业: 6,
    建筑: 9,
    信息技术: 8,
    企业管理咨询: 9,
    物流: 5,
    置业: 3,
    物业服务: 3,
    检测技术: 2,
  },
  ...{ 服饰: 4, 食品: 3, 家具: 2, 木业: 2, 塑业: 2, 金属制品: 3, 汽车部件: 2, 电机: 2, 酒店管理: 4, 教育咨询: 3 },
  ...{ 小吃店: 22, 便利店: 18, 果蔬店: 12, 日用品店: 16, 理发店: 10, 手机店: 6, 汽车修理部: 6, 干洗店: 3 },
};
const sharesOf = (trades: readonly Trade[]) => weighted(trades.map((trade) => [trade, SHARES[trade.word] ?? 1]));
const COMPANY_TRADES = sharesOf(companyTrades);
const SHOP_TRADES = sharesOf(shopTrades);
const EXAMPLE_TRADE = companyTrades.find(({ word }) => word === '食品') ?? null;
const FARMING: Trade = { word: '蔬菜种植', industry: 'A0141', scope: '蔬菜种植;新鲜蔬菜批发', isFood: true };

/** More each year, fewer in 2020. */
const YEARS = weighted(
  Array.from({ length: 28 }, (_, index) => 1998 + index).map((year) => [
    year,
    1.1 ** (year - 1998) * (year === 2020 ? 0.6 : 1),
  ]),
);
/** March is when people begin; hardly anybody does at the Spring Festival. */
const MONTHS = weighted(
  [0.8, 0.5, 1.4, 1.2, 1.1, 1, 1, 0.9, 1.1, 0.8, 1, 1.2].map((weight, index) => [index + 1, weight]),
);

const OPEN = '存续（在营、开业、在册）';
const ENDS = weighted([
  ['注销', 70],
  ['吊销，未注销', 18],
  ['迁出', 8],
  ['歇业', 4],
]);

/** Twelve of so many are examples. */
const EXAMPLES = 12;
const EXAMPLES_EVERY = 400;

/** The subject with this index: every fact follows from the seed and the index. */
export function subjectAt(seed: number, index: number): CitySubject {
  return new DrawnSubject(seed, index);
}

/** A class, since every file goes through all subjects: what it does not ask of them is not worked out. */
class DrawnSubject implements CitySubject {
  readonly index: number;
  readonly example: number | null;
  readonly #seed: number;
  #kind: Kind | undefined;
  #establishedOn: string | undefined;
  #endedOn: string | null | undefined;
  #trouble: number | undefined;
  #registered: Subject | undefined;

  constructor(seed: number, index: number) {
    this.#seed = seed;
    this.index = index;
    this.example = index % EXAMPLES_EVERY < EXAMPLES ? index % EXAMPLES_EVERY : null;
  }

  get kind(): Kind {
    this.#kind ??= this.example === null ? at(KINDS, this.share('kind')) : '91';
    return this.#kind;
  }

  get district(): District {
    return at(DISTRICTS, this.share('district'));
  }

  get trade(): Trade | null {
    return this.example === null ? tradeOf(this.kind, this.share('trade')) : EXAMPLE_TRADE;
  }

  get establishedOn(): string {
    this.#establishedOn ??= this.example === null ? dayOfFounding(this) : `2009-0${1 + (this.index % 9)}-16`;
    return this.#establishedOn;
  }

  get endedOn(): string | null {
    if (this.#endedOn === undefined) {
      const isLasting = this.example !== null || isPublic(this.kind);
      this.#endedOn = isLasting ? null : endOf(this.establishedOn, this.share('life'));
    }
    return this.#endedOn;
  }

  get status(): string {
    return this.endedOn === null ? OPEN : at(ENDS, this.share('end'));
  }

  get employees(): number {
    const place = this.share('size');
    return this.kind === '91' ? Math.min(4000, Math.floor(3 * (1 - place) ** -0.8) + 1) : 1 + Math.floor(place * 6);
  }

  get trouble(): number {
    this.#trouble ??= Math.min(60, 0.4 * this.share('trouble') ** -0.6);
    return this.#trouble;
  }

  get registered(): Subject {
    this.#registered ??= registration(this, this.#seed);
    return this.#registered;
  }

  by(word: string, more?: number): Chance {
    return drawn(this.#seed, this.index, word, more);
  }

  share(word: string, more?: number): number {
    return share(this.#seed, this.index, word, more);
  }
}

/** Does it do business on this day? */
export function isOpenOn({ establishedOn, endedOn }: CitySubject, day: string): boolean {
  return establishedOn <= day && (endedOn === null || day < endedOn);
}

export function isPublic(kind: Kind): boolean {
  return kind === '12' || kind === '51';
}

/** How often something happens to a subject that happens to all of them `rate` times on average: mostly to few. */
export function timesFor(subject: CitySubject, rate: number, word: string, more = 0): number {
  return Math.floor(rate * subject.trouble + subject.share(word, more));
}

function dayOfFounding(subject: CitySubject): string {
  const month = String(at(MONTHS, subject.share('month'))).padStart(2, '0');
  return addDays(`${at(YEARS, subject.share('year'))}-${month}-01`, Math.floor(subject.share('day') * 28));
}

/** About one in ninety ends in any quarter, the older the likelier to have ended by now; nobody in the first half year. */
function endOf(establishedOn: string, place: number): string | null {
  const end = addDays(establishedOn, 200 + Math.floor(-Math.log(1 - place) * 22 * 365));
  return end < referenceDay && end > '2016-01-01' ? end : null;
}

function tradeOf(kind: Kind, place: number): Trade | null {
  if (kind === '91') return at(COMPANY_TRADES, place);
  if (kind === '92') return at(SHOP_TRADES, place);
  return kind === '93' ? FARMING : null;
}

function registration(subject: CitySubject, seed: number): Subject {
  const { index, kind, district, trade, establishedOn, endedOn, status } = subject;
  const by = subject.by('registered');
  const tradeName = tradeNameOf(seed, index);
  const hasOldNumber = kind !== '12' && establishedOn < '2015-10-01' && by.happens(20);
  const wasShop = kind === '91' && by.happens(3);
  const shares = by.pick([10, 50, 100, 100, 200, 300, 500, 500, 1000, 1280.5]);
  const changedOn = addDays(establishedOn, 200 + by.below(900));
  const isChanged = endedOn === null && changedOn < referenceDay && by.happens(35);
  return {
    name: nameOf(subject, tradeName, by),
    creditCode: codeOf(subject, seed),
    registrationNumber: hasOldNumber ? registrationNumber(district, index) : null,
    formerNames: wasShop && isChanged ? `云泽${tradeName}经营部(至${changedOn})` : '',
    formerCreditCode: null,
    district: district.code,
    industry: trade?.industry ?? (kind === '12' ? 'P8321' : 'S9521'),
    trade,
    establishedOn,
    approvedOn: endedOn ?? (isChanged ? changedOn : establishedOn),
    person: personName(by),
    capital: kind === '92' || isPublic(kind) ? null : shares * Math.max(1, Math.round(subject.employees / 20)),
    status,
    enterpriseType: typeOf(kind, by),
    address: `云泽市${district.label}${district.road}${by.between(1, 988)}号${by.between(1, 30)}幢${by.between(101, 2899)}室`,
    isOrdinary: true,
  };
}

function nameOf({ kind, district, trade }: CitySubject, tradeName: string, by: Chance): string {
  const place = district.label === '广泽市' ? district.label : `云泽市${district.label}`;
  if (kind === '92') return `${place}${tradeName}${trade?.word}`;
  if (kind === '93') return `${district.label}${tradeName}${trade?.word}专业合作社`;
  if (kind === '12') return `${place}${tradeName}小学`;
  if (kind === '51') return `云泽市${tradeName}行业协会`;
  return by.happens(12) ? `${tradeName}（云泽）${trade?.word}有限公司` : `云泽${tradeName}${trade?.word}有限公司`;
}

function typeOf(kind: Kind, by: Chance): string {
  if (kind === '92') return '个体工商户';
  if (kind === '93') return '农民专业合作社';
  if (kind !== '91') return '';
  return by.pick([
    '有限责任公司(自然人投资或控股)',
    '有限责任公司(自然人投资或控股)',
    '有限责任公司(自然人独资)',
    '有限责任公司(法人独资)',
  ]);
}

/** Body codes of the city begin with MC, those of the committed demonstration with MA and MB. */
const BODIES = codeAlphabet.length ** 6;

/** Six places of the body code, gone through in steps of a prime, so that no two subjects have the same. */
function codeOf({ index, kind, district }: CitySubject, seed: number): string {
  let place = (index * 1_500_007 + (seed % BODIES)) % BODIES;
  let eight = '';
  for (let places = 0; places < 6; places++) {
    eight = codeAlphabet[place % codeAlphabet.length] + eight;
    place = Math.floor(place / codeAlphabet.length);
  }
  const first17 = `${kind}${district.code}MC${eight}${organizationCheck(`MC${eight}`)}`;
  return first17 + creditCheck(first17);
}

function registrationNumber({ code }: District, index: number): string {
  const first14 = `${districtOf(code).code}${10_000_000 + index}`;
  return first14 + checkDigit(first14);
}
