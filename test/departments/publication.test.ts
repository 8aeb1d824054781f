import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { addCalendarMonths, addDays } from '../../schema/calendar/days.ts';
import { workingDaysAfter } from '../../schema/calendar/working-days.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { table } from '../../schema/codes/index.ts';
import { publicationOfEntry } from '../../standards/publication/list-publication.ts';
import { type PublishedPenalty, publicationOfPenalty } from '../../standards/publication/penalty-publication.ts';
import { listTermOf, publicationDeadlineOf } from '../../standards/publication/terms.ts';

/** An ordinary fine of 2,000 yuan about which its authority says no more. */
const fine: PublishedPenalty = {
  decidedOn: '2026-05-08',
  penaltyTypes: ['FINE'],
  procedure: null,
  severity: null,
  fine: '2000.00',
  confiscated: null,
  legalBasis: '《中华人民共和国价格法》第四十二条',
  publicationEndsOn: null,
  isPublished: null,
};
const food = '《中华人民共和国食品安全法》第一百二十四条第一款';
const of = (changes: Partial<PublishedPenalty>) => publicationOfPenalty({ ...fine, ...changes });
const told = (changes: Partial<PublishedPenalty>) => {
  const { publicationRule, repairEligibleFrom, publicationEndsOn } = of(changes);
  return [publicationRule, repairEligibleFrom, publicationEndsOn];
};

describe('The publication of a penalty', () => {
  it.each([
    // Of its day's own rule set, when that is over before the next comes.
    ['2019-08-01', {}, ['RS-2019/GENERAL', '2019-11-01', '2020-08-01']],
    ['2020-08-01', { penaltyTypes: ['SUSPEND_PRODUCTION'] }, ['RS-2019/SERIOUS', '2021-02-01', '2023-08-01']],
    [
      '2020-08-01',
      { penaltyTypes: ['REVOKE_LICENCE'], legalBasis: food },
      ['RS-2019/SPECIFIC_SERIOUS', null, '2023-08-01'],
    ],
    [
      '2022-08-01',
      { procedure: 'SUMMARY', penaltyTypes: ['SUSPEND_PRODUCTION'] },
      ['RS-2019/GENERAL', '2022-11-01', '2023-08-01'],
    ],
    // The set of 2023 treats the fields of safety apart, and the set of 2026 is more favourable to fines.
    ['2023-05-01', { severity: 'SERIOUS' }, ['RS-2023/STANDARD', '2023-08-01', '2026-05-01']],
    ['2023-05-01', { penaltyTypes: ['REVOKE_LICENCE'] }, ['RS-2023/STANDARD', '2023-08-01', '2026-05-01']],
    ['2024-01-31', { severity: 'SERIOUS', legalBasis: food }, ['RS-2023/PROTECTED_FIELD', '2025-01-31', '2027-01-31']],
    // Repair that was open by then stays open, and what would have opened later opens with the new set.
    ['2025-06-01', {}, ['RS-2026/GENERAL', '2025-09-01', '2026-06-01']],
    ['2025-11-30', {}, ['RS-2026/GENERAL', '2026-02-28', '2026-11-30']],
    ['2025-11-30', { legalBasis: food }, ['RS-2026/GENERAL', '2026-04-01', '2026-11-30']],
    // The set of 2026.
    ['2026-04-01', {}, ['RS-2026/GENERAL', '2026-07-01', '2027-04-01']],
    ['2026-11-30', {}, ['RS-2026/GENERAL', '2027-02-28', '2027-11-30']],
    ['2026-05-08', { penaltyTypes: ['BAN_FROM_OCCUPATION'] }, ['RS-2026/SERIOUS', '2027-05-08', '2029-05-08']],
    ['2026-05-08', { severity: 'SERIOUS' }, ['RS-2026/SERIOUS', '2027-05-08', '2029-05-08']],
    ['2026-05-08', { severity: 'GENERAL', procedure: 'SUMMARY' }, ['RS-2026/GENERAL', '2026-08-08', '2027-05-08']],
    ['2026-05-08', { penaltyTypes: ['WARNING'], isPublished: true }, ['RS-2026/MINOR', '2026-05-08', '2026-08-08']],
  ] as const)('decided on %s with %o rests on %o', (decidedOn, changes, expected) => {
    expect(told({ decidedOn, ...changes })).toEqual(expected);
  });

  it('of several kinds of penalty is that of the longest term', () => {
    expect(told({ penaltyTypes: ['WARNING', 'FINE'] })).toEqual(told({ penaltyTypes: ['FINE'] }));
    expect(told({ penaltyTypes: ['FINE', 'REVOKE_LICENCE', 'WARNING'] })).toEqual(
      told({ penaltyTypes: ['REVOKE_LICENCE'] }),
    );
    const kinds = table('penalty-types').rows.map(({ code }) => code);
    fc.assert(
      fc.property(
        fc.subarray(kinds, { minLength: 1 }),
        fc.constantFrom('2020-03-04', '2024-03-04', '2026-06-07'),
        (penaltyTypes, decidedOn) => {
          const together = of({ penaltyTypes, decidedOn, isPublished: true }).publicationEndsOn;
          const apart = penaltyTypes.map(
            (type) => of({ penaltyTypes: [type], decidedOn, isPublished: true }).publicationEndsOn,
          );
          expect(together).toBe(apart.sort().at(-1));
        },
      ),
    );
  });

  it.each([[{ procedure: 'SUMMARY' }], [{ penaltyTypes: ['WARNING', 'PUBLIC_CRITICISM'] }], [{ severity: 'MINOR' }]])(
    'of the minor tier is none since 2026-04-01, unless its authority says that it is published: %o',
    (changes) => {
      expect(of(changes)).toMatchObject({
        withheldReason: 'MINOR_NOT_PUBLISHED',
        publicationDeadline: null,
        marks: [],
      });
      expect(of({ ...changes, isPublished: true })).toMatchObject({
        withheldReason: null,
        publicationDeadline: '2026-05-18',
        publicationEndsOn: '2026-08-08',
      });
      // One of before is published by the rules of its day, and ends when the new ones come.
      expect(of({ ...changes, decidedOn: '2026-03-31' })).toMatchObject({
        withheldReason: null,
        publicationRule: 'RS-2026/MINOR',
        publicationEndsOn: '2026-03-31',
        repairEligibleFrom: '2026-04-01',
      });
    },
  );

  it('ends earlier where the source says so, and never later than the rule', () => {
    expect(of({ publicationEndsOn: '2026-12-31' })).toMatchObject({ publicationEndsOn: '2026-12-31', marks: [] });
    expect(of({ publicationEndsOn: '2027-05-08' })).toMatchObject({ publicationEndsOn: '2027-05-08', marks: [] });
    expect(of({ publicationEndsOn: '2027-05-09' })).toMatchObject({
      publicationEndsOn: '2027-05-08',
      marks: ['PUBLICATION_SHORTENED'],
    });
  });

  it('before the first rule set is that of the first, provisionally', () => {
    expect(of({ decidedOn: '2016-05-11' })).toMatchObject({
      publicationRule: 'RS-2019/GENERAL',
      publicationEndsOn: '2017-05-11',
      isPublicationProvisional: true,
    });
  });

  it('is provisional where it rests on a tier that we found, on the transition or on a year without a calendar', () => {
    const isProvisional = (changes: Partial<PublishedPenalty>) => of(changes).isPublicationProvisional;
    expect(isProvisional({ severity: 'GENERAL' })).toBe(false);
    expect(isProvisional({})).toBe(true);
    expect(isProvisional({ severity: 'GENERAL', decidedOn: '2026-03-05' })).toBe(true);
    expect(isProvisional({ severity: 'GENERAL', decidedOn: '2026-12-21' })).toBe(false);
    expect(isProvisional({ severity: 'GENERAL', decidedOn: '2026-12-28' })).toBe(true);
  });
});

describe('The three clocks of a penalty', () => {
  const decisions = fc.record({
    decidedOn: fc.integer({ min: 0, max: 2700 }).map((count) => addDays('2019-07-01', count)),
    penaltyTypes: fc.subarray(['WARNING', 'FINE', 'REVOKE_LICENCE', 'SUSPEND_PRODUCTION', 'OTHER'], { minLength: 1 }),
    procedure: fc.constantFrom(null, 'ORDINARY', 'SUMMARY'),
    severity: fc.constantFrom(null, 'MINOR', 'GENERAL', 'SERIOUS'),
    legalBasis: fc.constantFrom(fine.legalBasis, food, '《中华人民共和国消防法》第六十条'),
    isPublished: fc.constantFrom(null, true),
  });

  it('do not move each other: an earlier end of the source changes neither deadline nor repair', () => {
    fc.assert(
      fc.property(decisions, fc.nat({ max: 1200 }), (decision, days) => {
        const publicationEndsOn = addDays(decision.decidedOn, days);
        const [whole, ended] = [of(decision), of({ ...decision, publicationEndsOn })];
        const longest = whole.publicationEndsOn;
        expect(ended).toEqual({
          ...whole,
          publicationEndsOn: [publicationEndsOn, longest].sort()[0],
          marks: publicationEndsOn > longest && whole.withheldReason === null ? ['PUBLICATION_SHORTENED'] : [],
        });
      }),
    );
  });

  it('run from the decision, each its own way: working days, and months of the rule', () => {
    fc.assert(
      fc.property(decisions, (decision) => {
        const { publicationRule, ...found } = of(decision);
        const {
          minMonths = '',
          maxMonths = '',
          ruleSet = '',
        } = table('publication-rules').get(publicationRule)?.extra ?? {};
        const from = table('publication-rule-sets').get(ruleSet)?.from ?? '';
        if (found.withheldReason === null)
          expect(found.publicationDeadline).toBe(workingDaysAfter(decision.decidedOn, 7).day);
        const latest = (one: string, other: string) => (one > other ? one : other);
        const isEarlier = decision.decidedOn < from;
        const repair = minMonths === '' ? null : addCalendarMonths(decision.decidedOn, Number(minMonths));
        if (!isEarlier) expect(found.repairEligibleFrom).toBe(repair);
        else expect((found.repairEligibleFrom ?? '~') <= latest(repair ?? '~', from)).toBe(true);
        const end = addCalendarMonths(decision.decidedOn, Number(maxMonths));
        expect(found.publicationEndsOn <= latest(end, addDays(from, -1))).toBe(true);
        expect(found.publicationEndsOn >= decision.decidedOn).toBe(true);
      }),
    );
  });

  it('are never worse for the subject than those of the day’s own rule set, and change no day before the new set’s first', () => {
    const older = decisions.filter(({ decidedOn }) => decidedOn < '2026-04-01');
    const folder = mkdtempSync(join(tmpdir(), 'rule-sets-'));
    const { rows } = table('publication-rule-sets');
    const lines = rows.map(({ code, label, from, until = '' }) => `${code},${label},,,${from},${until}`);
    const notes = '# source: a test\n# date: 2026-11-22\n# verified: no (invented)\n';
    const header = 'code,label,earlierDecisions,earlierVerified,from,until';
    writeFileSync(join(folder, 'publication-rule-sets.csv'), `${notes}${[header, ...lines].join('\n')}\n`);
    try {
      fc.assert(
        fc.property(older, (decision) => {
          chooseCityCodes(folder);
          const own = of(decision);
          chooseCityCodes(undefined);
          const found = of(decision);
          expect(found.publicationEndsOn <= own.publicationEndsOn).toBe(true);
          if (found.publicationEndsOn < own.publicationEndsOn)
            expect(found.publicationEndsOn >= '2026-03-31').toBe(true);
          expect((found.repairEligibleFrom ?? '~') <= (own.repairEligibleFrom ?? '~')).toBe(true);
        }),
      );
    } finally {
      chooseCityCodes(undefined);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('The tables of publication', () => {
  const folder = mkdtempSync(join(tmpdir(), 'severity-'));
  afterEach(() => chooseCityCodes(undefined));

  it('have for each rule set a tier for every kind of penalty, and each rule its set and tier', () => {
    const sets = table('publication-rule-sets').rows.map(({ code }) => code);
    const tiers = new Set(table('publication-rules').rows.map(({ extra }) => `${extra.ruleSet}/${extra.tier}`));
    const sectors = table('penalty-sectors').rows.map(({ code }) => code);
    for (const { code, extra } of table('severity-rules').rows) {
      expect(tiers, code).toContain(`${extra.ruleSet}/${extra.tier}`);
      for (const type of extra.penaltyTypes?.split('|').filter(Boolean) ?? [])
        expect(table('penalty-types').get(type), `${code}: ${type}`).toBeDefined();
      for (const sector of extra.sectors?.split('|').filter(Boolean) ?? []) expect(sectors, code).toContain(sector);
    }
    for (const { code, extra } of table('publication-rules').rows) {
      expect(code).toBe(`${extra.ruleSet}/${extra.tier}`);
      expect(sets).toContain(extra.ruleSet);
    }
  });

  it('give way to a city’s own, with the amount from which a fine is serious there', () => {
    const notes = '# source: a test\n# date: 2026-11-22\n# verified: no (invented)\n';
    const header = 'code,label,ruleSet,penaltyTypes,procedure,minAmount,sectors,tier,basis,verified,from,until';
    const rows = ['L,甲,RS-2026,FINE,,500000,,SERIOUS,,yes,,', 'O,乙,RS-2026,,,,,GENERAL,,yes,,'];
    writeFileSync(join(folder, 'severity-rules.csv'), `${notes}${[header, ...rows].join('\n')}\n`);
    chooseCityCodes(folder);
    expect(told({ fine: '499999.99' })[0]).toBe('RS-2026/GENERAL');
    expect(told({ fine: '500000.00' })[0]).toBe('RS-2026/SERIOUS');
    expect(told({ fine: null })[0]).toBe('RS-2026/GENERAL');
    expect(told({ fine: '500000.00', penaltyTypes: ['WARNING'] })[0]).toBe('RS-2026/GENERAL');
    expect(of({}).isPublicationProvisional).toBe(false);
    chooseCityCodes(undefined);
    rmSync(folder, { recursive: true });
  });
});

describe('The term of', () => {
  const listed = (item: string, day: string, types: readonly string[], changes: object = {}) =>
    publicationOfEntry(listTermOf(item, day, types), { day, endsOn: null, removedOn: null, ...changes });

  it.each([
    ['courts.dishonest-debtor', '2024-02-29', ['BREAKS_SETTLEMENT'], '2026-02-28', null],
    ['courts.dishonest-debtor', '2024-02-29', ['REFUSES_THOUGH_ABLE', 'BREAKS_SETTLEMENT'], '2026-02-28', null],
    ['courts.dishonest-debtor', '2024-02-29', ['REFUSES_THOUGH_ABLE'], null, null],
    ['tax.major-violation', '2025-03-20', [], '2028-03-20', '2025-09-20'],
    ['market.serious-violation', '2025-03-20', [], '2028-03-20', '2026-03-20'],
    ['labour.wage-arrears', '2021-12-31', [], '2023-12-31', null],
    ['labour.wage-arrears', '2022-01-01', [], '2025-01-01', null],
  ])('%s from %s for %o ends on %s', (item, day, types, publicationEndsOn, repairEligibleFrom) => {
    const isPublicationProvisional = publicationEndsOn !== null || repairEligibleFrom !== null;
    expect(listed(item, day, types)).toEqual({
      publicationEndsOn,
      repairEligibleFrom,
      isPublicationProvisional,
      marks: [],
    });
  });

  it.each([
    ['courts.dishonest-debtor', ['BREAKS_SETTLEMENT'], '2025-02-28'],
    ['courts.dishonest-debtor', ['REFUSES_THOUGH_ABLE'], '2099-01-01'],
    ['tax.major-violation', [], '2023-02-28'],
    ['market.serious-violation', [], '2023-02-28'],
    ['labour.wage-arrears', [], '2022-02-28'],
  ])('%s for %o lets an end of the source stand until its longest day, and ends there: %s', (item, types, longest) => {
    const day = '2020-02-29';
    const ending = (endsOn: string) => listed(item, day, types, { endsOn });
    expect(ending(longest)).toMatchObject({ publicationEndsOn: longest, marks: [] });
    expect(ending(addDays(longest, -1))).toMatchObject({ publicationEndsOn: addDays(longest, -1), marks: [] });
    const isOpen = types[0] === 'REFUSES_THOUGH_ABLE';
    expect(ending(addDays(longest, 1))).toMatchObject(
      isOpen
        ? { publicationEndsOn: addDays(longest, 1), marks: [] }
        : { publicationEndsOn: longest, marks: ['PUBLICATION_SHORTENED'], isPublicationProvisional: true },
    );
  });

  it('an entry gives way to removal, from its day on', () => {
    const removed = listed('market.serious-violation', '2025-03-20', [], { removedOn: '2026-05-20' });
    expect(removed).toMatchObject({ publicationEndsOn: '2026-05-19', repairEligibleFrom: '2026-03-20' });
  });

  it('an item that no act gives one is a mistake', () => {
    expect(() => listTermOf('market.lucky-charms', '2026-01-01')).toThrow('market.lucky-charms');
  });

  it('a decision’s way to publication is seven working days, and none where the act sets none', () => {
    const deadline = { publicationDeadline: '2026-10-13', isPublicationProvisional: false };
    expect(publicationDeadlineOf('2026-09-28')).toEqual(deadline);
    expect(publicationDeadlineOf('2026-12-28').isPublicationProvisional).toBe(true);
    expect(publicationDeadlineOf('2026-09-28', 'tax.major-violation').publicationDeadline).toBeNull();
  });
});
