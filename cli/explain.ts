import './production.ts';
import { auditSchema } from '../gateway/audit/database.ts';
import { auditReader } from '../gateway/audit/read.ts';
import { departments } from '../subgraphs/index.ts';
import { command, say } from './command.ts';
import { explained } from './explained.ts';
import { reading } from './reading.ts';

const HELP = `一次请求何以如此作答:凭响应头 X-Request-ID 查审计链,说明谁、为何事、查了什么、为何有所不见。
用法:npm run explain -- <请求编号>`;

await command(HELP, async (config, args) => {
  const [request, ...more] = args;
  if (request === undefined || more.length > 0) throw new Error('请给出一个请求编号:npm run explain -- <请求编号>。');
  await reading(config, [{ ...auditSchema(config), holds: 'lines' }], async (city) => {
    const sql = city.database.session('audit', 'explain', { timeoutMs: 10_000, max: 1 });
    const lines = await auditReader(sql).ofRequest(request);
    const titles = new Map(departments.map(({ name, title }) => [name, title]));
    for (const sentence of explained(lines, titles)) say(sentence);
    if (lines.length === 0) process.exitCode = 1;
  });
});
