import './production.ts';
import { openCity } from '../platform/installation/city.ts';
import { followDepartments } from '../platform/installation/follow.ts';
import { createLog } from '../platform/log.ts';
import { listenForGateway } from '../platform/subgraph/listen.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say, stopOnSignal } from './command.ts';

const NAMES = departments.map((card) => card.name);

const HELP = `单独运行一个或几个部门的子图,供网关经 HTTP 调用。
用法:npm run department -- <部门…>
部门:${NAMES.join('、')}
端口由 <部门>_PORT 给出(默认由系统分配);网关一侧设 <部门>_URL=http://<地址>:<端口>/graphql。
两侧须有同一 SECRET,或同一 <部门>_VIEWER_KEY。`;

await command(HELP, async (config, args) => {
  const only = NAMES.filter((name) => args.includes(name));
  if (only.length === 0 || only.length < args.length) throw new Error(`请指明部门:${NAMES.join('、')}。`);
  const log = createLog(config.logLevel);
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, log, only, say });
  const stopping: (() => Promise<void>)[] = [() => city.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0)) await step();
  };
  try {
    await city.migrate();
    const following = await followDepartments({ city, log });
    stopping.unshift(() => following.stop());
    stopOnSignal(stop);
    for (const [name, department] of city.near) {
      const address = { host: config.host, port: config.departments[name]?.port ?? 0 };
      const listening = await listenForGateway(department, address, log);
      stopping.unshift(() => listening.close());
      say(`${department.card.title}子图已启动:http://${config.host}:${listening.port}/graphql`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
});
