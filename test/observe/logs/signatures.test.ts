import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { loadSignatures, parseSignatures, titleOf } from '../../../src/observe/logs/signatures.ts';

const one = (lines: Record<string, string>): string =>
  ['signatures:', ...Object.entries({ ...VALID, ...lines }).map(entry)].join('\n');
const VALID = {
  id: 'lock-stolen',
  title: 'Stolen by {engine}',
  severity: 'warning',
  pattern: "'Engine (?<engine>\\S+) stole'",
  why: 'heat/engine/stack_lock.py',
};
const entry = ([key, value]: [string, string], index: number): string =>
  `${index === 0 ? '  -' : '   '} ${key}: ${value}`;

test('a title contains the matches of the pattern’s groups', (t) => {
  const { signatures } = parseSignatures(one({}), 'x.yaml');
  const [signature] = signatures;
  const found = signature?.pattern.exec('Engine e1 stole');
  t.is(signature && found ? titleOf(signature, found) : undefined, 'Stolen by e1');
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['a pattern that is none', one({ pattern: "'(('" }), /^x\.yaml:5:14: .*Invalid regular/],
  ['an unknown severity', one({ severity: 'fatal' }), /^x\.yaml:4:15: .*harmless, warning, error/],
  ['an unknown key', one({ service: 'x' }), /^x\.yaml:7:5: .*unknown key.*services/],
  ['an id that is none', one({ id: 'Lock Stolen' }), /^x\.yaml:2:9: /],
  ['a title with a group that there is not', one({ title: 'By {who}' }), /no group for \{who\}/],
  ['an id twice', `${one({})}\n${one({}).replace('signatures:\n', '')}`, /lock-stolen twice/],
  ['a syntax error', 'signatures: [', /./],
];
for (const [title, text, message] of WRONG) {
  test(`${title} is refused, and the error names the place`, (t) => {
    const error = t.throws(() => parseSignatures(text, 'x.yaml'), { instanceOf: RollgateError });
    t.is(error.code, 'invalid-signatures');
    t.is(error.kind, 'usage');
    t.is(error.place?.file, 'x.yaml');
    t.regex(error.message, message);
  });
}

test('a missing file of signatures is refused', async (t) => {
  await t.throwsAsync(loadSignatures('no-such-subject'), { code: 'invalid-signatures' });
});
