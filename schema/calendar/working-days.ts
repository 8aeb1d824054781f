import { codeTable } from '../codes/city.ts';
import type { CodeTable } from '../codes/index.ts';
import { rememberedOf } from '../remembered.ts';
import { addDays, weekdayOf } from './days.ts';

export interface WorkingDay {
  readonly day: string;
  /** A day was counted of a year whose holidays are not in our calendar: the notice may move this day. */
  readonly isProvisional: boolean;
}

/**
 * The `count`-th working day after a day, which is itself not counted (民法典 art. 201): the last day of “within so many
 * working days”. Holidays and days worked instead come from the code tables `working-days` and `working-day-years`, or a
 * city's own in their place. A year that these do not cover is counted Monday to Friday and said to be provisional.
 */
export function workingDaysAfter(day: string, count: number): WorkingDay {
  return counted(codeTable('working-days'), `${day} ${count}`);
}

/** A file's rows are of few days. */
const counted = rememberedOf(10_000, (_: CodeTable, text) => countedFrom(text));

function countedFrom(text: string): WorkingDay {
  const [day = '', count] = text.split(' ');
  let at = day;
  let isProvisional = false;
  for (let left = Number(count); left > 0; ) {
    at = addDays(at, 1);
    if (!isCovered(at)) isProvisional = true;
    if (isWorkingDay(at)) left -= 1;
  }
  return { day: at, isProvisional };
}

/** Is this day worked? In a year that the calendar does not cover: is it a Monday to Friday? */
export function isWorkingDay(day: string): boolean {
  const kind = codeTable('working-days').get(day)?.extra.kind;
  return kind === undefined ? weekdayOf(day) <= 5 : kind === 'WORKING_DAY';
}

function isCovered(day: string): boolean {
  return codeTable('working-day-years').get(day.slice(0, 4)) !== undefined;
}
