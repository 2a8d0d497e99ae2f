import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { renderPlan } from '../../src/plan/render/render.ts';
import { checkChange, preparePlan } from '../../src/runs/prepare.ts';
import { scenarioInput } from '../../src/scenario/write-scenario.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';
import { catalogue } from '../plan/planned.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A source tree of Heat that says its version. */
async function treeOf(version: string): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'heat'));
  await writeFile(join(folder, 'heat', '__init__.py'), '');
  await writeFile(join(folder, 'setup.py'), '');
  await writeFile(join(folder, 'PKG-INFO'), `Name: openstack-heat\nVersion: ${version}\n`);
  return folder;
}

const prepared = (target: string, base = 'image-of-target') =>
  preparePlan({
    scenario: { name: 'test', base, target, seed: 1 },
    shape: heatShape,
    catalogue,
  });

test('a base that follows from the target is the release under the tree', async (t) => {
  const tree = await treeOf('26.0.2');
  const result = await prepared(`dir:${tree}`);
  t.is(result.plan.base.series, '2026.1');
  t.is(result.plan.overlays[0]?.series, '2026.1');
  t.regex(renderPlan(result.plan), /over 2026\.1, since the tree's version is 26\.0\.2/);
  // A saved scenario names it, so that the same run can be repeated.
  t.is(scenarioInput(result).base, '2026.1');
});

test('with a target from the catalogue the base is that release itself', async (t) => {
  t.is((await prepared('2026.2')).plan.base.series, '2026.2');
});

test('an image does not tell its release: the base has to be named', async (t) => {
  const error = await t.throwsAsync(prepared('image:mine:1'), { instanceOf: RollgateError });
  t.is(error.code, 'no-base');
  t.is((await prepared('image:mine:1', '2026.1')).plan.base.series, '2026.1');
});

test('a target cannot follow from itself', async (t) => {
  const error = await t.throwsAsync(prepared('image-of-target', '2026.1'), {
    instanceOf: RollgateError,
  });
  t.regex(error.message, /unknown release "image-of-target"/);
});

test('without a change there is nothing to try, unless the base is named too', async (t) => {
  const nothing = await prepared('2026.2');
  const error = t.throws(() => checkChange(nothing), { instanceOf: RollgateError });
  t.is(error.code, 'no-change');
  t.is(error.kind, 'usage');
  t.is(error.message, 'test: base and target are both 2026.2, so there is no change to try');
  t.regex(error.hint ?? '', /--to dir:PATH/);
  // The control: a restart by name.
  const restart = await prepared('2026.2', '2026.2');
  t.notThrows(() => checkChange(restart));
  const change = await prepared(`dir:${await treeOf('26.0.2')}`);
  t.notThrows(() => checkChange(change));
});

test('an option, a file or a variable of the target alone is a change', async (t) => {
  for (const own of [
    { configTo: { DEFAULT: { debug: true } } },
    { configFor: [{ on: 'target', files: { '/etc/heat/policy.yaml': '{}' } }] },
    { configFor: [{ on: 'target', environment: { OS_DEBUG: '1' } }] },
  ]) {
    const made = await preparePlan({
      scenario: { name: 'test', base: 'image-of-target', target: '2026.2', seed: 1, ...own },
      shape: heatShape,
      catalogue,
    });
    t.notThrows(() => checkChange(made), JSON.stringify(own));
  }
});
