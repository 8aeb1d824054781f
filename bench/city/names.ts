import type postgres from 'postgres';
import { type Chance, chance } from '../../demonstration/generator/random.ts';
import { nameRows } from '../../subgraphs/credit/names/keys.ts';

const CHARACTERS = Array.from(
  '云泽晨光暮雨金石弘扬雪川祝康盛恒锦佩竹林鹰击长空风岩谷宝通华东茂山顶洞半水群联尚天吉顺发爱出色百万庄味道园鑫源瑞祥福禄安泰兴隆达信诚德仁义和平众创新纪元星辰海洋江河湖美佳好乐居家',
);
const TRADES = '机械 贸易 食品 科技 生物科技 建筑工程 物流 餐饮管理 环保设备 电子商务 文化传媒 农业发展'.split(' ');
const FORMS = ['有限公司', '有限公司', '有限公司', '有限责任公司', '股份有限公司', '经营部', '厂'];

/** An invented company's name: as with real ones the trade name tells it apart, and some share theirs. */
export function companyName(number: number): string {
  const random = chance(number * 7 + 3);
  const own = Array.from({ length: random.between(2, 4) }, () => random.pick(CHARACTERS)).join('');
  return `云泽${own}${random.pick(TRADES)}${random.pick(FORMS)}`;
}

/** What somebody who looks for it types: the whole name, the trade name, or where either begins. */
export function searchedPart(name: string, random: Chance): string {
  return name.slice(random.pick([0, 2]), random.pick([5, 6, 8, 30]));
}

/** Writes the names of enterprises with what they are found by, as an import does. */
export async function writeNames(
  sql: postgres.Sql | postgres.TransactionSql,
  named: readonly { readonly code: string; readonly name: string }[],
): Promise<void> {
  const rows = named.flatMap(({ code, name }) => nameRows({ id: code, kind: 'ENTERPRISE', name, formerNames: [] }));
  await sql`insert into credit.subject_names (subject_id, key, name, is_former, folded, grams, sound)
    select subject_id, key, name, is_former, folded, array(select json_array_elements_text(grams)), sound
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as n(subject_id text, key text, name text, is_former boolean, folded text, grams json, sound text)`;
}
