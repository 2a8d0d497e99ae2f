import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import { DockerContainerEngine } from '../../src/containers/docker/container-engine.ts';
import { withLossNamed, withSilenceEnded } from '../../src/containers/docker/lost-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SILENT_MS = 500;
const PATIENCE = { silentMs: SILENT_MS, againMs: 200, workMs: 600 };
/** Each call makes at most three requests, one after the other. */
const LIMIT_MS = 8000;

const LIST = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** What a hostile engine does with each request. */
const HOSTILE: Readonly<Record<string, (socket: Socket) => void>> = {
  'takes a request and never answers': () => undefined,
  'begins an answer and never ends it': (socket) =>
    socket.write(`${LIST}Content-Length: 1000\r\n\r\n[`),
  'sends an answer byte by byte, without an end': (socket) => {
    socket.write(`${LIST}Transfer-Encoding: chunked\r\n\r\n`);
    const drip = setInterval(() => socket.write('1\r\n \r\n'), 20);
    socket.on('close', () => clearInterval(drip));
  },
  'sends half of its headers': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Ty'),
};

async function hostile(
  t: ExecutionContext,
  answer: (socket: Socket) => void,
  at: 'socket' | 'port',
  named: (docker: Docker) => Docker = (docker) => withLossNamed(docker, 'the engine', PATIENCE),
): Promise<Docker> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => answer(socket));
  });
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  if (at === 'socket') {
    const socketPath = join(temporaryFolder(), 'engine.sock');
    server.listen(socketPath);
    await once(server, 'listening');
    return named(new Docker({ socketPath }));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return named(new Docker({ protocol: 'http', host: '127.0.0.1', port }));
}

const LABELS = { 'rollgate.lab': 'x' };

/** Every call of the port that a run makes after its containers are up. */
const CALLS: Readonly<Record<string, (engine: DockerContainerEngine) => Promise<unknown>>> = {
  state: (engine) => engine.state('x'),
  stop: (engine) => engine.stop('x', 1),
  kill: (engine) => engine.kill('x'),
  startAgain: (engine) => engine.startAgain('x'),
  pause: (engine) => engine.pause('x'),
  unpause: (engine) => engine.unpause('x'),
  unplug: (engine) => engine.unplug('x', 'n'),
  plugIn: (engine) => engine.plugIn('x', 'n', []),
  remove: (engine) => engine.remove('x'),
  exec: (engine) => engine.exec('x', ['true']),
  readFile: (engine) => engine.readFile('x', '/x'),
  writeFiles: (engine) => engine.writeFiles('x', [{ path: '/x', content: 'x' }]),
  logs: async (engine) => {
    for await (const _ of engine.logs('x', { follow: false }));
  },
  usage: (engine) => engine.usage(LABELS),
  createNetwork: (engine) => engine.createNetwork({ name: 'n', labels: LABELS }),
  createVolume: (engine) => engine.createVolume({ name: 'v', labels: LABELS }),
  removeVolume: (engine) => engine.removeVolume('v'),
  find: (engine) => engine.find(LABELS),
  sweep: (engine) => engine.sweep(LABELS),
  port: (engine) => engine.port('x', 80),
  runInNetworkOf: (engine) =>
    engine.runInNetworkOf('x', { image: 'i', script: 'true', labels: LABELS }),
};

for (const [how, answer] of Object.entries(HOSTILE)) {
  for (const at of ['socket', 'port'] as const) {
    for (const [call, made] of Object.entries(CALLS)) {
      test(`an engine at a ${at} that ${how}: ${call} ends`, async (t) => {
        const engine = new DockerContainerEngine(await hostile(t, answer, at));
        const over = Promise.allSettled([made(engine)]);
        const ended = await Promise.race([over, after(LIMIT_MS, undefined, { ref: false })]);
        if (ended === undefined) return t.fail('it hangs');
        const [end] = ended;
        if (end.status === 'fulfilled') return t.fail(`it has a result: ${String(end.value)}`);
        t.like(end.reason, { code: 'engine-unreachable' });
        t.regex(String(end.reason), /did not answer within 0\.\d+ s|1\.\d+ s/);
      });
    }
  }
}

test.serial(
  'an engine that was silent is not waited for as long again, until it answers',
  async (t) => {
    let answers = false;
    const docker = await hostile(
      t,
      (socket) => {
        if (answers) socket.end(`${LIST}Content-Length: 2\r\nConnection: close\r\n\r\n[]`);
      },
      'socket',
    );
    const secondsOf = async (): Promise<number> => {
      const began = performance.now();
      await docker.listContainers().catch(() => undefined);
      return performance.now() - began;
    };
    t.true((await secondsOf()) >= SILENT_MS - 5);
    t.true((await secondsOf()) < SILENT_MS - 5);
    answers = true;
    t.deepEqual(await docker.listContainers(), []);
    answers = false;
    t.true((await secondsOf()) >= SILENT_MS - 5);
  },
);

test.serial(
  'a stop may last as long as its grace, and then as long as the engine may be silent',
  async (t) => {
    const docker = await hostile(t, () => undefined, 'socket');
    const began = performance.now();
    await t.throwsAsync(docker.getContainer('x').stop({ t: 1 }), { code: 'engine-unreachable' });
    t.true(performance.now() - began >= 1000 + SILENT_MS - 5);
  },
);

test.serial('the client of testcontainers has the same limits, and its own errors', async (t) => {
  for (const at of ['socket', 'port'] as const) {
    const docker = await hostile(
      t,
      () => undefined,
      at,
      (plain) => {
        for (let twice = 0; twice < 2; twice += 1) withSilenceEnded(plain, 'it', PATIENCE);
        return plain;
      },
    );
    const error = await t.throwsAsync(docker.createContainer({ Image: 'x' }));
    t.like(error, { code: 'ETIMEDOUT', message: 'it did not answer within 0.5 s' });
  }
});

test.serial(
  'a wait for the end of a container has no limit: a migration may take hours',
  async (t) => {
    const docker = await hostile(t, () => undefined, 'socket');
    const waited = docker.getContainer('x').wait();
    waited.catch(() => undefined);
    const over = waited.then(
      () => 'over',
      () => 'over',
    );
    // Longer than all limits of this test's client.
    t.is(await Promise.race([over, after(2000, 'waits')]), 'waits');
  },
);
