import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { renderPlan } from '../../src/plan/render/render.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
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
