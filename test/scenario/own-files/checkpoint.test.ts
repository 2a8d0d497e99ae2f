import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { loadScenario } from '../../../src/scenario/read-scenario.ts';
import { folderWith, load, problemsOf } from '../scenario-file.ts';
import { vocabulary } from '../vocabulary.ts';

const HEAD = 'name: s\nbase: 2025.1\ntarget: 2026.1\ncheckpoints:\n';

test('an error about an unknown kind of check names its place and the known kinds', async (t) => {
  t.deepEqual(await problemsOf(t, `${HEAD}  mixed:\n    - { check: hok, run: x }\n`), [
    's.yaml:6:16: checkpoints.mixed[0].check: expected one of hook, burst, tempest, grenade; found "hok" (did you mean hook?)',
  ]);
});

test('an error about an unknown key lists the keys of that kind of check', async (t) => {
  const [problem] = await problemsOf(t, `${HEAD}  after:\n    - { check: burst, stack: 3 }\n`);
  t.regex(problem ?? '', /^s\.yaml:6:23: .*unknown key \(did you mean stacks\?\); /);
  t.regex(problem ?? '', /known keys: check, stacks, limitSeconds, onFailure$/);
});

test('an error about an unknown point lists the known points', async (t) => {
  const [problem] = await problemsOf(t, `${HEAD}  midway: []\n`);
  t.regex(
    problem ?? '',
    /checkpoints\.midway: unknown key; known keys: before, after-node, mixed, after, after-rollback/,
  );
});

test('files are looked for in the scenario’s folder, before anything starts', async (t) => {
  const [missing] = await problemsOf(t, `${HEAD}  after: [{ check: hook, run: ./no.sh }]\n`);
  t.regex(
    missing ?? '',
    /^s\.yaml:5:\d+: checkpoints\.after\[0\]\.run: there is no file .*no\.sh$/,
  );

  const directory = await folderWith(t, {
    'h.sh': '#!/bin/sh\n',
    's.yaml': `${HEAD}  after: [{ check: hook, run: h.sh }]\n`,
  });
  const file = join(directory, 's.yaml');
  const read = () => loadScenario(file, { vocabulary, random: () => 0 });
  await t.throwsAsync(read(), { message: /h\.sh is not executable: chmod \+x/ });
  await chmod(join(directory, 'h.sh'), 0o755);
  const { scenario } = await read();
  t.like(scenario.checkpoints.after[0], { run: join(directory, 'h.sh'), limitSeconds: 60 });
});

test('a module need not be executable; the smoke list is shipped', async (t) => {
  const directory = await folderWith(t, {});
  await writeFile(join(directory, 'm.ts'), 'export default () => undefined;\n');
  const { scenario } = await load(
    t,
    `${HEAD}  after:\n    - { check: hook, run: ${join(directory, 'm.ts')} }\n    - { check: tempest }\n`,
  );
  const [, tempest] = scenario.checkpoints.after;
  t.is(tempest?.check === 'tempest' && dirname(tempest.list).endsWith('lab/tempest'), true);
});
