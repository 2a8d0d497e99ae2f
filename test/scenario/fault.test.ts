import test from 'ava';
import { load, problemsOf } from './scenario-file.ts';

const HEAD = 'name: s\nbase: 2026.1\ntarget: 2026.1\nfaults:\n';

test('an error about an unknown target of a fault names its place and the known targets', async (t) => {
  const [problem] = await problemsOf(
    t,
    `${HEAD}  - { fault: stop, on: node1/heat-appi, seconds: 1 }\n`,
  );
  t.regex(
    problem ?? '',
    /^s\.yaml:5:24: faults\[0\]\.on: there is no node1\/heat-appi in topology 2x2/,
  );
  t.regex(problem ?? '', /did you mean node1\/heat-api\?/);
});

test('the only fault of the machine is a burn, and nothing else can be burnt', async (t) => {
  const stopped = await problemsOf(t, `${HEAD}  - { fault: stop, on: machine, seconds: 1 }\n`);
  t.regex(stopped.join(), /stop cannot be done to the machine; name a service/);
  const burnt = await problemsOf(t, `${HEAD}  - { fault: burn-cpu, on: mysql, seconds: 1 }\n`);
  t.regex(burnt.join(), /burn-cpu is done to the whole machine: write machine/);
});

test('an option that a fault needs is required, and one that it cannot use is refused', async (t) => {
  const problems = await problemsOf(
    t,
    `${HEAD}  - { fault: cut, on: node1, seconds: 1 }
  - { fault: narrow, on: mysql, seconds: 1, rate: fast }
  - { fault: kill, on: node1, seconds: 1, rate: 64kbit }
  - { fault: pause, on: mysql, seconds: 1, before: mixed, during: node3/heat-api }
`,
  );
  t.deepEqual(problems, [
    's.yaml:6:51: faults[1].rate: expected a rate from 1kbit to 10000mbit, such as 64kbit or 1mbit',
  ]);
  const more = await problemsOf(
    t,
    `${HEAD}  - { fault: cut, on: node1, seconds: 1 }
  - { fault: narrow, on: mysql, seconds: 1, rate: 64kbit }
  - { fault: kill, on: node1, seconds: 1, rate: 64kbit }
  - { fault: pause, on: mysql, seconds: 1, before: mixed, during: node3/heat-api }
`,
  );
  t.deepEqual(more, [
    'the scenario has 5 problems',
    's.yaml:5:5: faults[0]: cut needs from, e.g. from: [rabbitmq]',
    's.yaml:6:26: faults[1].on: narrow is done to a node or one of its services: node1, node2, node1/heat-api, node1/heat-engine, node2/heat-api, node2/heat-engine',
    's.yaml:7:49: faults[2].rate: rate is for narrow alone',
    's.yaml:8:67: faults[3].during: a fault comes before a stage or during a swap',
    's.yaml:8:67: faults[3].during: there is no node3/heat-api to be swapped; one of node1/heat-api, node1/heat-engine, node2/heat-api, node2/heat-engine (did you mean node1/heat-api?)',
  ]);
});

test('a fault on infrastructure is for servers that the topology has', async (t) => {
  const inline = HEAD.replace('faults:', 'topology: 2x2-memcached\nfaults:');
  await t.notThrowsAsync(load(t, `${inline}  - { fault: unplug, on: memcached, seconds: 1 }\n`));
  const [problem] = await problemsOf(t, `${HEAD}  - { fault: pause, on: memcached, seconds: 1 }\n`);
  t.regex(problem ?? '', /there is no memcached in topology 2x2; one of .*, mysql, rabbitmq, /);
});

test('an upgrade of infrastructure is for services that the topology has', async (t) => {
  t.deepEqual(await problemsOf(t, `${HEAD} []\ninfrastructure: { memcached: forky }\n`), [
    's.yaml:6:19: infrastructure.memcached: there is no memcached in topology 2x2; take one with infrastructure: { memcached: 1 }',
  ]);
});
