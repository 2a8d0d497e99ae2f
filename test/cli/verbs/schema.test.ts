import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { LAB_DIRECTORY, listLabFiles } from '../../../src/document/lab-files.ts';
import { badRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

async function validator(what: string) {
  const { stdout, exitCode } = await invoked(['schema', what]);
  if (exitCode !== 0) throw new Error(`rollgate schema ${what} ended with ${exitCode}`);
  return new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(stdout));
}

for (const [what, folder] of [
  ['scenario', 'scenarios'],
  ['topology', 'topologies'],
] as const) {
  test(`the ${what} schema takes every shipped ${what}`, async (t) => {
    const validate = await validator(what);
    const names = listLabFiles(what);
    t.true(names.length > 2);
    for (const name of names) {
      validate(parse(await readFile(join(LAB_DIRECTORY, folder, `${name}.yaml`), 'utf8')));
      t.deepEqual(validate.errors, null, name);
    }
  });
}

test('the scenario schema refuses what `rollgate plan` refuses', async (t) => {
  const validate = await validator('scenario');
  const scenario = { name: 'mine', base: 2025.1, target: '2026.1' };
  t.true(validate(scenario));
  t.false(validate({ ...scenario, topologi: '2x2' }), 'a misspelt key');
  t.false(validate({ ...scenario, base: '2025.2' }), 'a release that is not in the catalogue');
  const named = (name: string) => ({ ...scenario, load: { workload: { kinds: [name] } } });
  t.true(validate(named('web')), 'a custom kind');
  t.false(validate(named('No kind')), 'no name of a kind');
  t.false(validate({ ...scenario, choreography: 'gidue' }), 'a choreography that is not there');
  t.false(validate({ ...scenario, topology: { name: 'x', nodes: [] } }), 'a topology with no node');
});

test('the event schema takes the events of a run', async (t) => {
  const validate = await validator('event');
  for (const event of badRoll().events) {
    validate(JSON.parse(JSON.stringify(event)));
    t.deepEqual(validate.errors, null, event.type);
  }
  t.false(validate({ type: 'no-such-event' }));
});

test('an unknown kind of file is refused, and the error lists the known kinds', async (t) => {
  const { stderr, exitCode } = await invoked(['schema', 'plan']);
  t.is(exitCode, 104);
  t.regex(stderr, /scenario, topology, verdict, event/);
});
