import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { CHOREOGRAPHIES } from '../../../src/plan/choreographies/registry.ts';
import { coexistence, stagesOf } from '../../../src/plan/paper/coexistence.ts';
import { describeMeets, provable } from '../../../src/plan/paper/provable.ts';
import { planned } from '../planned.ts';

const DOCS = new URL('../../../docs/choreographies.md', import.meta.url);
const BEGIN =
  '<!-- what a choreography can prove: UPDATE_GOLDEN=1 npx ava test/plan/paper/provable.test.ts -->\n';
const END = '<!-- end -->\n';

test('the docs list what every choreography can and cannot prove, as the paper lab finds it', async (t) => {
  const { topology, baseVhost } = await planned();
  const rows = CHOREOGRAPHIES.filter(({ name }) => name !== 'script').map((choreography) => {
    const one = provable(
      coexistence(stagesOf(choreography, topology, baseVhost), topology, baseVhost),
    );
    const cannot = one.cannot.length === 0 ? '–' : one.cannot.join('<br>');
    return `| \`${choreography.name}\` | ${describeMeets(one)} | ${cannot} |\n`;
  });
  const table = `| choreography | which releases meet | cannot prove |\n|---|---|---|\n${rows.join('')}`;
  const docs = await readFile(DOCS, 'utf8');
  const [before = '', rest = ''] = docs.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const wanted = `${before}${BEGIN}${table}${END}${after}`;
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(DOCS, wanted);
  t.is(await readFile(DOCS, 'utf8'), wanted);
});

test('a plan that swaps nothing proves no tag', async (t) => {
  const { stages, topology, baseVhost } = await planned({ choreography: 'none' });
  t.deepEqual(provable(coexistence(stages, topology, baseVhost)).cannot, [
    'any tag: nothing is upgraded',
  ]);
});
