import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { addCalendarMonths, addDays, weekdayOf } from '../../schema/calendar/days.ts';
import { isWorkingDay, workingDaysAfter } from '../../schema/calendar/working-days.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { table } from '../../schema/codes/index.ts';

const days = (from: string, until: string) =>
  fc
    .integer({ min: Date.parse(from) / 86_400_000, max: Date.parse(until) / 86_400_000 })
    .map((day) => addDays('1970-01-01', day));
const coveredDays = days('2018-01-01', '2026-11-01');

describe('The calendar of working days', () => {
  it.each([
    ['2026-09-28', 7, '2026-10-13'],
    ['2026-09-30', 7, '2026-10-15'],
    ['2026-02-13', 2, '2026-02-24'],
    ['2026-02-13', 3, '2026-02-25'],
    ['2026-02-13', 5, '2026-02-27'],
    ['2026-02-13', 7, '2026-03-02'],
    ['2026-11-20', 7, '2026-12-01'],
    ['2026-11-21', 7, '2026-12-01'],
  ])('has for %s and %d working days the day %s', (day, count, expected) => {
    expect(workingDaysAfter(day, count)).toEqual({ day: expected, isProvisional: false });
  });

  it('says that a day is provisional which it found in a year whose notice it does not have', () => {
    expect(workingDaysAfter('2026-12-28', 3)).toEqual({ day: '2026-12-31', isProvisional: false });
    expect(workingDaysAfter('2026-12-28', 7)).toEqual({ day: '2027-01-06', isProvisional: true });
    expect(workingDaysAfter('2017-12-22', 7)).toMatchObject({ isProvisional: true });
    expect(workingDaysAfter('2017-12-31', 7)).toEqual({ day: '2018-01-10', isProvisional: false });
  });

  it('holds only days that differ from Monday to Friday, in the years that it covers', () => {
    const years = table('working-day-years').rows.map(({ code }) => code);
    expect(years).toEqual(['2018', '2019', '2020', '2021', '2022', '2023', '2024', '2025', '2026']);
    for (const { code, extra } of table('working-days').rows) {
      expect([code, extra.kind]).toEqual([code, weekdayOf(code) <= 5 ? 'HOLIDAY' : 'WORKING_DAY']);
      expect(years).toContain(code.slice(0, 4));
    }
    for (const year of years) {
      const working = Array.from({ length: 366 }, (_, index) => addDays(`${year}-01-01`, index)).filter(
        (day) => day.startsWith(year) && isWorkingDay(day),
      );
      expect(working.length, year).toBeGreaterThanOrEqual(247);
      expect(working.length, year).toBeLessThanOrEqual(252);
    }
  });

  it('counts to a working day, one after the other, and in two steps as in one', () => {
    fc.assert(
      fc.property(coveredDays, fc.nat({ max: 15 }), fc.nat({ max: 15 }), (day, first, second) => {
        const reached = workingDaysAfter(day, first + second);
        expect(reached).toEqual(workingDaysAfter(workingDaysAfter(day, first).day, second));
        expect(reached.isProvisional).toBe(false);
        if (first + second === 0) return;
        expect(isWorkingDay(reached.day)).toBe(true);
        const between = Array.from({ length: 80 }, (_, index) => addDays(day, index + 1)).filter(
          (one) => one <= reached.day,
        );
        expect(between.filter(isWorkingDay)).toHaveLength(first + second);
      }),
    );
  });

  it('does not count the day itself: a day without work before it changes nothing', () => {
    fc.assert(
      fc.property(coveredDays, fc.integer({ min: 1, max: 20 }), (day, count) => {
        const next = addDays(day, 1);
        fc.pre(!isWorkingDay(next));
        expect(workingDaysAfter(day, count)).toEqual(workingDaysAfter(next, count));
      }),
    );
  });
});

describe('A city’s own calendar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'calendar-'));
  afterEach(() => chooseCityCodes(undefined));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes the place of ours, with the years that it covers', () => {
    const notes = '# source: a test\n# date: 2026-12-01\n# verified: no (invented)\n';
    writeFileSync(join(folder, 'working-day-years.csv'), `${notes}code,label,from,until\n2026,甲,,\n2027,乙,,\n`);
    writeFileSync(
      join(folder, 'working-days.csv'),
      `${notes}code,label,kind,from,until\n2027-01-01,元旦,HOLIDAY,,\n2027-01-02,补班,WORKING_DAY,,\n`,
    );
    chooseCityCodes(folder);
    expect(workingDaysAfter('2026-12-28', 7)).toEqual({ day: '2027-01-06', isProvisional: false });
    expect(workingDaysAfter('2026-12-28', 4)).toEqual({ day: '2027-01-02', isProvisional: false });
    chooseCityCodes(undefined);
    expect(workingDaysAfter('2026-12-28', 4)).toEqual({ day: '2027-01-01', isProvisional: true });
  });
});

describe('Months of the calendar', () => {
  it.each([
    ['2026-11-30', 3, '2027-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 36, '2027-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2026-12-31', 2, '2027-02-28'],
    ['2026-03-05', 0, '2026-03-05'],
    ['2026-12-15', 1, '2027-01-15'],
  ])('%s and %d months are %s', (day, months, expected) => {
    expect(addCalendarMonths(day, months)).toBe(expected);
  });

  it('keep the day of the month or end with the month, and keep the order of days', () => {
    const some = days('2015-01-01', '2040-12-31');
    fc.assert(
      fc.property(some, some, fc.nat({ max: 60 }), (one, other, months) => {
        const end = addCalendarMonths(one, months);
        expect(end.slice(8) === one.slice(8) || addDays(end, 1).endsWith('-01')).toBe(true);
        const [year = 0, month = 0] = one.split('-').map(Number);
        const [endYear = 0, endMonth = 0] = end.split('-').map(Number);
        expect(endYear * 12 + endMonth).toBe(year * 12 + month + months);
        if (one <= other) expect(end <= addCalendarMonths(other, months)).toBe(true);
      }),
    );
  });
});
