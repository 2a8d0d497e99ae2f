import autocannon from 'autocannon';
import { taskOfArguments, watchCores, type Measurement } from './measurement.ts';

/**
 * The number of connections that a closed loop needs for the rate; autocannon distributes the rate
 * over them.
 */
const CONNECTIONS = 10;

const { origin, connection, rate, seconds } = taskOfArguments();
const options = {
  url: `${origin}/v1/stacks`,
  connections: CONNECTIONS,
  overallRate: rate,
  headers: {
    'x-auth-token': 'x'.repeat(180),
    accept: 'application/json',
    ...(connection === 'new' ? { connection: 'close' } : {}),
  },
};
await autocannon({ ...options, duration: 1 });
const coresSince = watchCores();
const { requests, latency, errors, non2xx } = await autocannon({ ...options, duration: seconds });
const result: Measurement = {
  achieved: requests.total / seconds,
  latencyMs: { p50: latency.p50, p99: latency.p99 },
  cores: coresSince(),
  failed: errors + non2xx,
};
console.log(JSON.stringify(result));
