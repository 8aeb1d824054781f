import {
  breakfastShop,
  correctedCompany,
  dishonestDebtor,
  endedPublicationCompany,
  lakesideShop,
  misnamedCompany,
  oftenFinedCompany,
  struckOffCompany,
  warnedCompany,
} from '../story.ts';
import { cityMarket, districtMarket, districtOf } from './authorities.ts';
import { addDays, referenceDay } from './days.ts';
import {
  badRecords,
  ceasedBusiness,
  falseAdvertising,
  foodPastItsDate,
  foodViolations,
  priceTags,
  tradeViolations,
} from './market-violations.ts';
import { numbered, type Penalty, publicationEnd, type Violation } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

type Settled = Partial<Pick<Penalty, 'fine' | 'procedure' | 'severity'>> & Pick<Penalty, 'decidedOn'>;
type Decide = (counterpart: Subject, violation: Violation, settled: Settled) => Penalty;

/** What the market regulators of the city and its districts decided: those with a story, then `others` without one. */
export function marketDecisions(others: number): readonly Penalty[] {
  const by = chance(20_181_231);
  const decide = deciding(by);
  return [...withStory(decide, by), ...Array.from({ length: others }, () => ordinary(decide, by))];
}

function withStory(decide: Decide, by: Chance): readonly Penalty[] {
  const warned = { fine: 0, decidedOn: '2026-03-12' };
  const misnamed = decide(told(misnamedCompany), priceTags, {
    fine: 3000,
    decidedOn: '2026-04-22',
    severity: '一般',
  });
  const summary = { fine: 500, decidedOn: '2026-06-09', procedure: '简易程序', severity: '一般' } as const;
  return [
    decide(told(dishonestDebtor), falseAdvertising, { fine: 60_000, decidedOn: '2025-11-19' }),
    decide(told(struckOffCompany), ceasedBusiness, { fine: 0, decidedOn: '2025-04-11' }),
    decide(told(endedPublicationCompany), falseAdvertising, {
      fine: 30_000,
      decidedOn: '2022-05-17',
      severity: '严重',
    }),
    decide(told(warnedCompany), badRecords, warned),
    decide(told(breakfastShop), priceTags, summary),
    decide(told(lakesideShop), foodPastItsDate, { fine: 5000, decidedOn: '2026-01-27', severity: '一般' }),
    // The code of one company, the name of another: held back.
    { ...misnamed, name: nextDoor().name },
    decide(told(correctedCompany), falseAdvertising, { fine: 5000, decidedOn: '2026-05-14', severity: '一般' }),
    ...Array.from({ length: 24 }, (_, index) => {
      const decidedOn = addDays('2026-10-08', index * -29);
      return decide(told(oftenFinedCompany), by.pick([...foodViolations, priceTags]), { decidedOn, severity: '严重' });
    }),
  ];
}

function nextDoor(): Subject {
  const found = traders.find(({ district }) => district === misnamedCompany.district);
  if (found === undefined) throw new Error('the district has no other company');
  return found;
}

function ordinary(decide: Decide, by: Chance): Penalty {
  const counterpart = by.pick(traders);
  const violation = by.pick(counterpart.trade?.isFood === true ? foodViolations : tradeViolations);
  return decide(counterpart, violation, { decidedOn: addDays(referenceDay, -by.between(6, 1000)) });
}

function deciding(by: Chance): Decide {
  let documents = 100;
  return (counterpart, violation, settled) => {
    documents += 1;
    const { decidedOn } = settled;
    const limit = isIndividual(counterpart) ? Math.min(violation.until, 8000) : violation.until;
    const drawn = Math.max(violation.from, Math.round(by.between(violation.from, limit) / 100) * 100);
    const fine = settled.fine ?? drawn;
    const drawnSeverity =
      fine >= 50_000 || violation.licence !== undefined ? '严重' : by.pick(['轻微', '一般'] as const);
    const severity = settled.severity ?? drawnSeverity;
    const isOfCity = by.happens(30);
    const district = districtOf(counterpart.district);
    const prefix = isOfCity ? '云市监处罚' : `云${district.label.charAt(0)}市监处罚`;
    return {
      counterpart,
      violation,
      fine,
      confiscated: settled.fine === undefined && by.happens(20) ? by.between(40, 900) * 2 : 0,
      decidedOn,
      endsOn: publicationEnd(decidedOn, severity),
      authority: isOfCity ? cityMarket : districtMarket(district),
      documentNumber: numbered(prefix, decidedOn, documents),
      procedure: settled.procedure ?? (fine > 0 && fine < 2000 ? '简易程序' : '普通程序'),
      severity,
    };
  };
}
