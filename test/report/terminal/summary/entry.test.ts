import test from 'ava';
import { entry } from '../../../../src/report/terminal/summary/entry.ts';

test('the label of an entry is separated from its text, however long it is', (t) => {
  const line = (about: string): string =>
    entry(about, '5 accepted')
      .map(({ text }) => text)
      .join('');
  t.is(line('Stacks'), 'Stacks  5 accepted');
  t.is(line('Bare metal nodes'), 'Bare metal nodes 5 accepted');
});
