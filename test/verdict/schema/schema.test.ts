import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll, roll } from '../runs.ts';
import { Story } from '../stream.ts';

const file = new URL('../../../src/verdict/schema/verdict.schema.json', import.meta.url);
const schema: AnySchema = JSON.parse(readFileSync(file, 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: true });
const validate = ajv.compile(schema);

/** The contents of verdict.json. */
const saved = (verdict: Verdict): unknown => JSON.parse(JSON.stringify(verdict));

for (const [what, story] of Object.entries({
  'went well': cleanRoll({ require: ['supports-zero-downtime-upgrade'] }),
  'went badly': badRoll({ thresholds: [{ metric: 'stacks_lost', expression: 'count==0' }] }),
  'was noisy': cleanRoll().at(35).control('timeout', 4).request('timeout', {}, 3).delayed(439),
  'was aborted': roll().at(46).finished('aborted', { code: 'aborted', message: 'Ctrl-C' }),
  'breaks off': new Story({ a: ['1.1 hold'] }).at(1).step('1.1'),
})) {
  test(`the verdict of a run that ${what} is valid by the published schema`, (t) => {
    t.true(validate(saved(judge(story.events))), JSON.stringify(validate.errors, null, 2));
  });
}

test('an object that is no verdict is not valid', (t) => {
  const verdict = judge(cleanRoll().events);
  const { tags: _tags, ...less } = verdict;
  for (const [wrong, where] of [
    [less, ''],
    [{ ...verdict, outcome: 'perhaps' }, '/outcome'],
    [{ ...verdict, api: { ...verdict.api, failed: -1 } }, '/api/failed'],
    [{ ...verdict, causes: [{}] }, '/causes/0'],
  ] as const) {
    t.false(validate(JSON.parse(JSON.stringify(wrong))));
    t.true(validate.errors?.some(({ instancePath }) => instancePath === where));
  }
});

test('fields may be added without making a verdict invalid', (t) => {
  t.true(validate({ ...judge(cleanRoll().events), later: 1 }));
});
