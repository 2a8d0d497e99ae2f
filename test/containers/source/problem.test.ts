import test from 'ava';
import { parseProblems, unfitTree } from '../../../src/containers/source/problem.ts';

const OUTPUT = [
  'something that setup.py says',
  'rollgate-problem: {"kind":"requirement","name":"oslo.service","needs":">=4.2.2","found":"4.1.1"}',
  'rollgate-problem: {"kind":"requirement","name":"nothing","needs":"any version","found":null}',
  'rollgate-problem: {"kind":"module","name":"heat.x","error":"ImportError(\'y\')"}',
].join('\n');

test('what the tree needs and what the image has are named, with a remedy', (t) => {
  const overlay = {
    image: 'rollgate/heat-source:2025.1-0',
    series: '2025.1',
    version: '27.0.0',
    trees: [],
    content: '0',
  };
  const error = unfitTree(overlay, parseProblems(OUTPUT));
  t.is(
    error.message,
    [
      '27.0.0 does not fit the image of 2025.1',
      'oslo.service >=4.2.2 is required; the image has 4.1.1',
      'nothing any version is required; the image has none',
      "module heat.x does not load: ImportError('y')",
    ].join('\n'),
  );
  t.is(error.kind, 'usage');
  t.regex(error.hint ?? '', /--base-image/);
});
