import './production.ts';
import { serveDepartments } from '../platform/installation/serve.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say, stopOnSignal } from './command.ts';
import { keepHeapSmall } from './memory.ts';

const NAMES = departments.map((card) => card.name);

const HELP = `单独运行一个或几个部门的子图,供网关经 HTTP 调用。
用法:npm run department -- <部门…>
部门:${NAMES.join('、')}
端口由 <部门>_PORT 给出(默认由系统分配);网关一侧设 <部门>_URL=http://<地址>:<端口>/graphql。
两侧须有同一 SECRET,或同一 <部门>_VIEWER_KEY。`;

await command(HELP, async (config, args) => {
  keepHeapSmall();
  const only = NAMES.filter((name) => args.includes(name));
  if (only.length === 0 || only.length < args.length) throw new Error(`请指明部门:${NAMES.join('、')}。`);
  const log = createLog(config.logLevel);
  const serving = await serveDepartments({ config, cards: departments, directory: subjectDirectory, log, only, say });
  stopOnSignal(serving.stop);
  for (const { name, title } of departments)
    if (serving.urls.has(name)) say(`${title}子图已启动:${serving.urls.get(name)}`);
});
