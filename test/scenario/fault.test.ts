import test from 'ava';
import { problemsOf } from './scenario-file.ts';

const HEAD = 'name: s\nbase: 2026.1\ntarget: 2026.1\nfaults:\n';

test('a fault on what is not there is told with its place and what there is', async (t) => {
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

test('the machine is only burnt, and nothing else is', async (t) => {
  const stopped = await problemsOf(t, `${HEAD}  - { fault: stop, on: machine, seconds: 1 }\n`);
  t.regex(stopped.join(), /stop cannot be done to the machine; name a service/);
  const burnt = await problemsOf(t, `${HEAD}  - { fault: burn-cpu, on: mysql, seconds: 1 }\n`);
  t.regex(burnt.join(), /burn-cpu is done to the whole machine: write machine/);
});

test('what would lose its ports when stopped can only be paused', async (t) => {
  const problems = await problemsOf(t, `${HEAD}  - { fault: stop, on: haproxy, seconds: 1 }\n`);
  t.regex(problems.join(), /haproxy cannot be stopped, since its ports would move; pause it/);
});
