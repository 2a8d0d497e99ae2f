import { createServer } from 'node:http';

/**
 * A fast server in its own process, so that its CPU does not count; it sends its port to its
 * parent.
 */
const BODY = JSON.stringify({ stacks: [] });
const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(BODY);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
});
process.on('disconnect', () => process.exit());
