import test from 'ava';
import { listLabFiles } from '../../src/document/lab-files.ts';
import { loadScenario } from '../../src/scenario/read-scenario.ts';
import { vocabulary } from './vocabulary.ts';

const context = { vocabulary, random: () => 0 };

for (const name of listLabFiles('scenario')) {
  test(`the shipped scenario ${name} is valid, has a purpose and has its name`, async (t) => {
    const { scenario, seedDrawn } = await loadScenario(name, context);
    t.is(scenario.name, name);
    t.truthy(scenario.description);
    t.false(seedDrawn);
  });
}

for (const name of listLabFiles('topology')) {
  test(`the shipped topology ${name} is valid and has its name`, async (t) => {
    const overrides = [{ option: '--topology', path: ['topology'], value: name }];
    const { topology } = await loadScenario('default', { ...context, overrides });
    t.is(topology.name, name);
  });
}
