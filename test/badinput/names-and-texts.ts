import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Case } from './cases.ts';
import { fifo, runFolder, scenarioWith, writtenAs } from './places.ts';

const usage = (name: string, args: () => readonly string[], says: RegExp): Case => ({
  name,
  args,
  status: 104,
  says,
});

const option = (args: readonly string[], says: RegExp): Case =>
  usage(args.join(' ').slice(0, 60), () => args, says);

/** A link that leads to itself. */
function circle(): string {
  const link = join(temporaryFolder(), 'circle');
  symlinkSync('circle', link);
  return link;
}

const LONG = 'x'.repeat(300);

/** Characters, names and depths that a text editor, another alphabet or a program brings in. */
export const TEXTS: readonly Case[] = [
  usage(
    'a name of a million characters',
    () => ['plan', writtenAs('s.yaml', `name: ${'x'.repeat(1e6)}\nbase: zed\ntarget: 2025.1\n`)],
    /name: expected at most 80 characters; found "x{79}…/,
  ),
  usage(
    'a key with a letter of another alphabet',
    () => ['plan', scenarioWith('сonfig: {}')],
    /сonfig: unknown key that holds U\+0441 \(did you mean config\?\)/,
  ),
  usage(
    'two byte order marks',
    () => ['plan', writtenAs('s.yaml', '\uFEFF\uFEFFname: t\nbase: zed\ntarget: 2025.1\n')],
    /unknown key that holds U\+FEFF \(did you mean name\?\)/,
  ),
  usage(
    'lists in lists without end',
    () => ['plan', scenarioWith(`config: ${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
    /:6:\d+: lists or mappings are nested too deep/,
  ),
  usage('a key twice', () => ['plan', scenarioWith('seed: 2')], /:6:1: the key seed appears twice/),
  option(['plan', '--set', `${'a.'.repeat(3000)}b=1`], /the path has 3001 parts/),
  option(['plan', '--upgrade', 'mysql=forky=x'], /found "forky=x"/),
  option(
    ['plan', '--upgrade', 'keystone', '--upgrade', 'keystone=sid'],
    /--upgrade keystone=sid: keystone is named twice/,
  ),
  option(['plan', '--upgrade', ''], /expected SERVICE, SERVICE=SUITE or SERVICE=SUITE\.\.SUITE/),
  option(
    ['plan', '--upgrade', 'mysql=bookworm..trixie..sid'],
    /expected SERVICE, SERVICE=SUITE or SERVICE=SUITE\.\.SUITE/,
  ),
  option(['plan', '--config-to', ''], /--config-to: the path is empty/),
  option(['plan', '--patch', ''], /--patch: is empty/),
  usage(
    'an option before any section',
    () => ['plan', '--config-to', writtenAs('h.conf', 'x = 1\n')],
    /line 1 is before any \[section\]: x = 1/,
  ),
  usage(
    'a byte order mark in a configuration file',
    () => ['plan', '--config-to', writtenAs('h.conf', '\uFEFF[DEFAULT]\nx = 1\n')],
    /line 1 begins with a byte order mark/,
  ),
  usage(
    'a file whose path has a line end',
    () => ['plan', '--file', `/etc/a\nb=${writtenAs('f', 'x')}`],
    /cannot be a key here/,
  ),
  usage(
    'a file whose name is too long',
    () => ['plan', '--file', `/${LONG}=${writtenAs('f', 'x')}`],
    /cannot be a key here/,
  ),
  option(['\u001B[31mplan'], /^error: unknown command 'plan'$/m),
  option(['x'.repeat(5000)], /^error: unknown command 'x{900,1000}…$/m),
];

/** Paths that are empty, lead in a circle, are too long, or name what must stay. */
export const PATHS: readonly Case[] = [
  ...['judge', 'report', 'bundle', 'repro', 'trend', 'serve'].map((verb) =>
    option([verb, ''], /(<dir>|<run>|<dirs\.\.\.>|\[dir\]): the path is empty/),
  ),
  option(['plan', `./${'a/'.repeat(3000)}b.yaml`], /cannot read the scenario file .*name too long/),
  option(['plan', LONG], /unknown scenario "x{80}…"/),
  option(['init', `./${LONG}`], /there is no folder/),
  usage('a scenario in a circle', () => ['plan', circle()], /links lead in a circle/),
  usage(
    'options in a circle',
    () => ['plan', '--config-to', circle()],
    /its symbolic links lead in a circle/,
  ),
  option(
    ['plan', '--from', 'dir:/nowhere'],
    /no(t a)? source tree of heat: there is no such folder/,
  ),
  usage(
    'a tree that is a FIFO',
    () => ['plan', '--from', `dir:${fifo()}`],
    /is not a source tree of heat: it is a pipe/,
  ),
  usage(
    'a repository that is none',
    () => ['plan', '--from', `git:${temporaryFolder()}@HEAD`],
    /is no git repository/,
  ),
  usage(
    'events that are a link',
    () => {
      const folder = temporaryFolder();
      symlinkSync(join(runFolder(), 'events.ndjson'), join(folder, 'events.ndjson'));
      return ['judge', folder];
    },
    /it is a symbolic link, which is not followed here/,
  ),
  usage(
    'a page in the place of the events',
    () => {
      const folder = runFolder();
      return ['trend', folder, '--html', join(folder, 'events.ndjson')];
    },
    /cannot write .*events\.ndjson: it is the record of a run/,
  ),
  usage('nothing to follow', () => ['follow', runFolder(), ' '], /the name to follow is empty/),
  option(['follow', 'A b', 'x'], /A b is no run folder and no name of a lab/),
  option(['trend', 'runs', '--against', ' '], /--against: the path is empty/),
  option(['logs', '--since', '-5'], /--since -5 is not a time/),
  option(['logs', '--tail', ''], /--tail: expected a number of lines, found ""/),
  option(['logs', '--tail', '1e2'], /--tail: expected a number of lines, found "1e2"/),
  option(['node', 'list', '--lab', '../x'], /"\.\.\/x" cannot be a lab's name/),
  option(
    ['compare', '--choreographies', 'guide,'],
    /--choreographies: a name in the list is empty/,
  ),
  usage(
    'a bundle in the place of the events',
    () => {
      const folder = runFolder();
      return ['bundle', folder, '--out', join(folder, 'events.ndjson')];
    },
    /cannot write .*events\.ndjson: it is the record of a run/,
  ),
  option(
    ['bisect', '--repo', '.', '--good', 'a', '--bad', 'b', '--', 'x', '\u001B[31my'],
    /^error: too many arguments\. Expected 1 argument but got 2: x, y\.$/m,
  ),
  usage(
    'an event that no version has',
    () => {
      const folder = runFolder();
      writeFileSync(join(folder, 'events.ndjson'), '{"type":"constructor","at":1}\n');
      return ['judge', folder];
    },
    /:1: not an event of this version of rollgate: type: no event is called so/,
  ),
  usage(
    'events without a whole line',
    () => {
      const folder = join(temporaryFolder(), 'run');
      mkdirSync(folder);
      writeFileSync(join(folder, 'events.ndjson'), '{"type":"run-sta');
      return ['judge', folder];
    },
    /has no whole event: it holds no run/,
  ),
];

const probe = (name: string, request: string, says: RegExp): Case =>
  usage(
    `a probe ${name}`,
    () => ['plan', scenarioWith(`load: {customProbes: [{name: a, rate: 1, ${request}}]}`)],
    says,
  );

const node = (name: string, says: RegExp): Case =>
  usage(
    `a node named ${name}`,
    () => {
      const nodes = `nodes: [{name: ${name}, services: [heat-api, heat-engine]}]`;
      return ['plan', '--topology', writtenAs('t.yaml', `name: t\n${nodes}\n`)];
    },
    says,
  );

/** Input that would otherwise fail only when the lab is up. */
export const LATE: readonly Case[] = [
  probe('with a blank in its path', 'request: {path: /a b}', /a path that begins with one “\/”/),
  probe('with a path of two slashes', 'request: {path: //x/}', /a path that begins with one “\/”/),
  probe(
    'with a header that is no name',
    'request: {path: /, headers: {a b: c}}',
    /"a b" cannot be a key/,
  ),
  probe(
    'with a length of its own',
    'request: {path: /, headers: {Content-Length: "5"}}',
    /cannot be a key here/,
  ),
  probe(
    'with a header beyond ASCII',
    'request: {path: /, headers: {a: ä}}',
    /expected text in ASCII/,
  ),
  probe('that checks nothing', 'request: {path: /}, check: {}', /check: checks nothing/),
  usage(
    'a template without resources',
    () => ['plan', scenarioWith('load: {workload: {customKinds: [{name: web, template: {}}]}}')],
    /customKinds\[0\]\.template: is no template: it has no resources/,
  ),
  usage(
    'bounds that exclude each other',
    () => {
      const value = '{perVcpu: 1, least: 5, most: 2}';
      const text = `name: mine\nsettings: [{config: {DEFAULT: {a: ${value}}}}]\n`;
      return ['plan', '--deployer', writtenAs('mine.yaml', text)];
    },
    /config\.DEFAULT\.a: least is above most/,
  ),
  node('api', /api is a word with a meaning of its own/),
  node('engine', /engine is a word with a meaning of its own/),
  node('a-', /a letter first and no “-” last/),
];
