import { homedir } from 'node:os';
import { Command } from '@commander-js/extra-typings';
import test from 'ava';
import { outOption } from '../../src/cli/options/out.ts';
import { absolutePath, withHome } from '../../src/files/path.ts';

test('~ at the beginning of a path is the home', (t) => {
  t.is(withHome('~/heat', '/home/me'), '/home/me/heat');
  t.is(withHome('~', '/home/me'), '/home/me');
  t.is(absolutePath('/work', '~/heat'), `${homedir()}/heat`);
  t.is(absolutePath('/work', 'heat'), '/work/heat');
});

test('a ~ elsewhere is part of a name', (t) => {
  for (const path of ['heat~', 'a/~/b', '~other/heat', './~']) {
    t.is(withHome(path, '/home/me'), path);
  }
});

test('--out expands a ~ that the shell left', (t) => {
  const command = new Command().addOption(outOption('--out <dir>', ''));
  const { out } = command.parse(['--out=~/run'], { from: 'user' }).opts();
  t.is(out, `${homedir()}/run`);
});
