import { expect, it } from 'vitest';
import { copyInto } from '../../platform/import/stage.ts';
import { testDatabase } from '../support/database.ts';

const { admin } = await testDatabase();

const copying = (lines: readonly string[]) =>
  admin.begin(async (transaction) => {
    await transaction.unsafe('create temp table copied (number int) on commit drop');
    await copyInto(transaction, 'copied', lines);
    const [found] = await transaction.unsafe<{ sum: number }[]>('select sum(number)::int as sum from copied');
    return found?.sum;
  });

it('A line that its table refuses ends the copy with the error of PostgreSQL, and the connection goes on', async () => {
  expect(await copying(['1\n', '2\n'])).toBe(3);
  await expect(copying(['1\n', '3000000000\n'])).rejects.toMatchObject({ code: '22003' });
  const many = Array.from({ length: 40 }, () => '7\n'.repeat(20_000));
  await expect(copying(['x\n', ...many])).rejects.toMatchObject({ code: '22P02' });
  await expect(copying([...many, 'x\n'])).rejects.toMatchObject({ code: '22P02' });
  expect(await copying(['4\n'])).toBe(4);
});
