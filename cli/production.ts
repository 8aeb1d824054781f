import { isDriversOwn } from '../platform/database/driver-faults.ts';
import { stackInSources } from '../platform/source-stack.ts';

/**
 * Imported first by what serves questions: libraries check less and answer faster, and tell callers less, when they know that
 * this is no developer's session.
 */
process.env.NODE_ENV ??= 'production';

// One lost session of one department is no reason to end the service: whatever was asked there is rejected as it should be.
// Anything else that nobody caught ends it, as it would.
process.on('uncaughtException', (error) => {
  if (isDriversOwn(error)) {
    process.stderr.write('一个数据库会话中断,其中的事务已作废,服务继续。\n');
    return;
  }
  process.stderr.write(`${stackInSources(error.stack) ?? String(error)}\n`);
  process.exit(1);
});
