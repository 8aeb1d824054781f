/**
 * Imported first by what serves questions: libraries check less and answer faster, and tell callers less, when they know that
 * this is no developer's session.
 */
process.env.NODE_ENV ??= 'production';

// postgres.js 3.4.9 throws outside of any promise when a transaction goes on after its session was ended between two of its
// statements (connection.js, nextWrite: its socket is null by then). The transaction itself is rejected as it should be: one
// lost session of one department is no reason to end the service. Anything else that nobody caught ends it, as it would.
process.on('uncaughtException', (error) => {
  if (error instanceof TypeError && /postgres\/src\/connection\.js/u.test(error.stack ?? '')) {
    process.stderr.write('数据库会话在事务中断开,该事务已作废,服务继续。\n');
    return;
  }
  process.stderr.write(`${error.stack ?? String(error)}\n`);
  process.exit(1);
});
