import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll } from '../verdict/runs.ts';
import {
  fifo,
  folderWith,
  INPUTS,
  runFolder,
  scenarioWith,
  topologyWith,
  writtenAs,
} from './places.ts';

/** A command line that is wrong, and what it has to end with. */
export interface Case {
  readonly name: string;
  readonly args: () => readonly string[];
  /** Variables of the environment. */
  readonly env?: () => Readonly<Record<string, string>>;
  readonly status: number;
  /** On standard error. */
  readonly says: RegExp;
}

const usage = (name: string, args: () => readonly string[], says: RegExp): Case => ({
  name,
  args,
  status: 104,
  says,
});

const plan = (name: string, line: string, says: RegExp): Case =>
  usage(name, () => ['plan', scenarioWith(...line.split('\n'))], says);

const option = (args: readonly string[], says: RegExp): Case =>
  usage(args.join(' ').slice(0, 60), () => args, says);

const shipped = (file: string, says: RegExp): Case =>
  usage(`the file ${file}`, () => ['plan', join(INPUTS, file)], says);

const nodes = (name: string, says: RegExp, ...lines: readonly string[]): Case =>
  usage(`a topology with ${name}`, () => ['plan', '--topology', topologyWith(...lines)], says);

const bundle = (file: string, says: RegExp): Case =>
  usage(`the bundle ${file}`, () => ['repro', '--check', join(INPUTS, 'bundles', file)], says);

const NODE = '    services: [heat-api, heat-engine]';
const started = badRoll().events[0];

export const SCENARIOS: readonly Case[] = [
  shipped('binary.yaml', /cannot read the scenario file .*: it is not UTF-8 text/),
  shipped(
    'choreo-stage-ansi.yaml',
    /:6:\d+: choreography\.stages\[0\]\.name: holds a control char/,
  ),
  shipped('complexkey.yaml', /:6:\d+: a key has to be text, not a list or a mapping/),
  shipped('fault-on-node-during-its-swap.yaml', /node1\/heat-api is being swapped then/),
  shipped(
    'fault_fault__narrow__on__node1__rate__0bit__seconds__1.yaml',
    /expected a rate from 1kbit/,
  ),
  shipped('multidoc.yaml', /:6:\d+: a second document: write one document in a file/),
  shipped('proto-config.yaml', /:6:10: config\.__proto__: __proto__ cannot be a key/),
  shipped('rate-.inf.yaml', /expected a number; found \.inf/),
  shipped('script-dir.yaml', /script\.run: .* is no file/),
  shipped('thr_api_failed__rate_5.yaml', /a rate is from 0 to 1; for 5 % write rate<5%/),
  shipped('threshold-__proto__.yaml', /thresholds\.__proto__: __proto__ cannot be a key/),
  shipped('threshold-constructor.yaml', /unknown metric "constructor"/),
  shipped('utf16.yaml', /it is not UTF-8 text/),
  plan(
    'a list for a mapping',
    'config: [a]',
    /:6:9: config: expected a mapping; found a list of 1/,
  ),
  plan(
    'a list of thresholds',
    'thresholds: [a]',
    /thresholds: expected a mapping; found a list of 1/,
  ),
  plan(
    'a name with a capital letter',
    'choreography: { name: Own, stages: [] }',
    /choreography\.name: expected lower-case letters, digits, “\.” and “-”; found "Own"/,
  ),
  plan(
    'a deployer profile that is not there',
    'deployer: ./nowhere.yaml',
    /:6:11: deployer: .*nowhere\.yaml.*Name one of .*, or give the path of a YAML file/,
  ),
  plan('a set', 'config: !!set {a}', /config: expected a mapping; found a set/),
  plan('not a number', 'load: {workload: {rate: .nan}}', /expected a number; found \.nan/),
  plan('a number without end', 'load: {workload: {rate: 1e999}}', /expected a number; found \.inf/),
  plan(
    'a metric of every object',
    'thresholds: {toString: "count==0"}',
    /unknown metric "toString"/,
  ),
  plan('a threshold that always holds', 'thresholds: {log_errors: "count>=0"}', /always holds/),
  plan('a threshold that never holds', 'thresholds: {api_failed: "rate<0"}', /never holds/),
  plan(
    'a tag that appears twice',
    'thresholds: {"http_req_duration{probe:list,probe:show}": "p(95)<1s"}',
    /probe appears twice/,
  ),
  plan(
    'a rate that is too high',
    'faults: [{fault: narrow, on: node1, rate: 99999999999999999999mbit, seconds: 1}]',
    /expected a rate from 1kbit to 10000mbit/,
  ),
  plan(
    'a fault before no stage',
    'faults: [{fault: stop, on: node1/heat-api, seconds: 1, before: nope}]',
    /:6:\d+: faults\[0\]\.before: there is no stage nope in this plan/,
  ),
  plan('an alias of nothing', 'config: *a', /:6:9: there is no anchor &a/),
  plan(
    'unknown keys without number',
    Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join('\n'),
    /… and \d+ more/,
  ),
  plan('a value of two megabytes', `choreography: "${'x'.repeat(2_000_000)}"`, /found "x{79}…/),
  plan(
    'a choreography that swaps nothing',
    'choreography: {name: x, stages: [{name: a, steps: [{step: db-sync}]}]}',
    /no step starts or swaps a service/,
  ),
  plan(
    'a file outside',
    "configFor: [{on: all, files: {/etc/../../x: ''}}]",
    /cannot be a key here/,
  ),
  plan(
    'a file of the kernel',
    "configFor: [{on: all, files: {/proc/1/mem: ''}}]",
    /cannot be a key here/,
  ),
  plan(
    "a file of rollgate's own",
    "configFor: [{on: all, files: {/etc/heat/heat.conf: ''}}]",
    /is written by rollgate/,
  ),
  plan(
    'a key of an option with a blank',
    'config: {"a b": {c: 1}}',
    /"a b" cannot be a key here; expected letters, digits, “_”, “\.” and “-” without a space/,
  ),
  usage('a scenario that is a FIFO', () => ['plan', fifo()], /scenario|name: missing|mapping/),
  usage('a topology that is a FIFO', () => ['plan', '--topology', fifo()], /mapping|missing/),
  usage(
    'a scenario that is a directory',
    () => ['plan', `${temporaryFolder()}/`],
    /it is a directory, not a file/,
  ),
  usage(
    'a scenario in Latin-1',
    () => ['plan', writtenAs('a.yaml', Buffer.from([0x61, 0xe9]))],
    /it is not UTF-8 text/,
  ),
  usage('an empty scenario', () => ['plan', writtenAs('a.yaml', '')], /expected a mapping/),
];

/** Correct input that was once refused. */
export const RIGHT: readonly Case[] = [
  {
    name: 'a scenario with 150 aliases',
    args: () => ['plan', join(INPUTS, 'alias-150.yaml')],
    status: 0,
    says: /^the scenario requires nothing by name.*$/,
  },
];

export const OPTIONS: readonly Case[] = [
  option(['plan', '--set', 'load.workload.rate=.inf'], /found \.inf/),
  option(['plan', '--set', 'thresholds.__proto__=count==0'], /__proto__ cannot be a key/),
  option(['plan', '--set', 'config.__proto__.x=1'], /__proto__ cannot be a key/),
  option(['plan', '--database', ''], /--database: the path is empty/),
  option(['plan', '--database', '/dev/zero'], /--database: \/dev\/zero is no file/),
  option(['database', 'make', '/nowhere/x.sql'], /there is no folder \/nowhere/),
  option(['database', 'make', 'x.sql', '--objects', '1e9'], /--objects: expected 1 to 1000000/),
  option(['explore', '--find-order', '--path', '2025.1,2026.1'], /--path has no meaning here/),
  option(['plan', '--config', '__proto__.x=1'], /__proto__ cannot be a key/),
  option(['plan', '--env', '__proto__=1'], /__proto__ cannot be a key/),
  option(['plan', '--with', '__proto__=/etc'], /__proto__ cannot be a key/),
  option(['plan', '--with', 'oslo.messaging=/x'], /"oslo\.messaging" cannot be a key here/),
  option(['plan', '--set', 'base.foo=1'], /^error: --set base\.foo: /),
  option(['plan', '--set', '0=1'], /^error: --set 0: /),
  option(['plan', '--set', 'choreography.name=x'], /^error: --set choreography\.name: /),
  option(['plan', '--set', 'topology.nodes.0.name=x'], /--set topology\.nodes\.0\.name: /),
  option(['plan', '--set', 'x=*a'], /not a YAML value: there is no anchor &a/),
  option(['plan', '--set', 'x=!foo 1'], /not a YAML value: Unresolved tag/),
  option(['plan', '--seed', '99999999999999999999'], /^error: --seed: expected at most .*$/),
  option(['plan', '--from', '2025.11'], /\(did you mean 2025\.1\?\)/),
  option(['plan', '--from', 'Zed'], /\(did you mean zed\?\)/),
  option(['plan', '--from', 'image:foo bar'], /is no reference of an image/),
  option(['plan', '--from', 'image:a\nb'], /is no reference of an image/),
  option(['plan', '--from', 'image:../../containers/json'], /is no reference of an image/),
  option(['compose', '--series', 'image:x\nservices: {evil: 1}'], /is no reference of an image/),
  option(['up', '--series', 'zedd'], /^error: --series: .*\(did you mean zed\?\).*$/m),
  option(
    ['plan', '--from', 'dir:/etc/passwd'],
    /\/etc\/passwd is not a source tree of heat: it is a file/,
  ),
  option(
    ['plan', '--from', 'git:https://opendev.org/openstack/heat@HEAD'],
    /is not on this machine/,
  ),
  option(['plan', '--file', '/etc/x=/dev/zero'], /it is a device, not a file/),
  usage(
    '--file of a FIFO',
    () => ['plan', '--file', `/etc/x=${fifo()}`],
    /it is a pipe, not a file/,
  ),
  usage(
    '--file of bytes',
    () => ['plan', '--file', `/etc/x=${join(INPUTS, 'binary-for---file.dat')}`],
    /it is not UTF-8 text/,
  ),
  usage(
    '--patch of a FIFO',
    () => ['plan', '--patch', fifo()],
    /cannot read the patch .*: it is a pipe/,
  ),
  option(['run', '--name', 'A B'], /"A B" cannot be a lab's name/),
  option(['run', '--name', ''], /"" cannot be a lab's name/),
  option(['up', '--name', '../x'], /cannot be a lab's name/),
  option(['run', '--out', ''], /--out: the path is empty/),
  option(['run', '--out', '/proc/x'], /a run cannot be written to \/proc\/x/),
  usage(
    'a run into a folder that the user chose',
    () => ['run', '--out', folderOf('scenario.yaml')],
    /is not empty/,
  ),
  option(['source', 'export', '/etc/passwd'], /cannot make the folder|a file is in its place/),
  option(['source', 'export', '/proc/x'], /cannot make the folder \/proc\/x/),
  option(['compare', '--choreographies', 'guide,guide'], /guide appears twice/),
  option(
    ['compare', '--choreographies', 'guid'],
    /unknown choreography "guid" \(did you mean guide\?\)/,
  ),
  option(
    ['compare', '--choreographies', 'guide', '--choreography', 'cold'],
    /--choreography has no meaning/,
  ),
  option(
    ['compare', '--choreographies', 'guide', '--runs', '1e2'],
    /expected 1 to 1000, found "1e2"/,
  ),
  option(['explore', '--choreography', 'cold', '--plans'], /--choreography has no meaning here/),
  option(['help', 'paln'], /unknown command 'paln'/),
];

export const TOPOLOGIES: readonly Case[] = [
  nodes(
    'a name that is too long',
    /nodes\[0\]\.name: expected at most 40 characters/,
    `  - name: ${'a'.repeat(64)}`,
    NODE,
  ),
  nodes(
    'a node named as a service',
    /mysql is the name of an infrastructure service/,
    '  - name: mysql',
    NODE,
  ),
  nodes(
    'a node named as a side',
    /target is a word with a meaning of its own/,
    '  - name: target',
    NODE,
  ),
  nodes(
    'a node named as a service of Heat',
    /heat-engine is the name of a service/,
    '  - name: heat-engine',
    NODE,
  ),
  nodes(
    'two engines of one host name',
    /node1-2 is also the host name of node1\/heat-engine\.2/,
    '  - name: node1',
    '    services: [heat-api, {name: heat-engine, count: 2}]',
    '  - name: node1-2',
    NODE,
  ),
];

export const FOLDERS: readonly Case[] = [
  usage(
    'events that are a FIFO',
    () => ['judge', dirname(fifo('events.ndjson'))],
    /it is a pipe, not a file/,
  ),
  usage(
    'events that are a directory',
    () => ['judge', directoryEvents()],
    /it is a directory, not a file/,
  ),
  usage('no events at all', () => ['judge', temporaryFolder()], /there is no event file/),
  usage(
    'an empty file of events',
    () => ['judge', runFolder([])],
    /has no whole event: it holds no run/,
  ),
  usage(
    'the same events twice',
    () => ['judge', runFolder([...badRoll().events, ...badRoll().events])],
    /events follow the run-finished/,
  ),
  usage('events in reverse', () => ['judge', runFolder(badRoll().events.toReversed())], /:\d+: /),
  usage(
    'a run that starts twice',
    () => ['judge', runFolder(started === undefined ? [] : [started, started])],
    /:2: run-started is not the first event, or is there twice/,
  ),
  usage('a bundle of no run', () => ['bundle', temporaryFolder()], /there is no event file/),
  usage(
    'a bundle of a run without a scenario',
    () => ['bundle', runFolder()],
    /there is no scenario of a run/,
  ),
  usage(
    'a reproduction without a plan',
    () => ['repro', '--check', runFolder()],
    /there is no plan of a run/,
  ),
  usage(
    'a reproduction of a FIFO',
    () => ['repro', '--check', fifo('a.tar.gz')],
    /it is neither a file nor a folder/,
  ),
  usage(
    'a reproduction of no archive',
    () => ['repro', '--check', writtenAs('a:b.tar.gz', 'x')],
    /a:b\.tar\.gz is not a bundle of a run/,
  ),
  bundle('fifo.tar.gz', /scenario\.yaml is neither a file nor a folder/),
  bundle('symscn.tar.gz', /scenario\.yaml is neither a file nor a folder/),
  bundle('symshadow.tar.gz', /scenario\.yaml is neither a file nor a folder/),
  bundle('symout.tar.gz', /is neither a file nor a folder/),
  bundle('onlyfile.tar.gz', /it holds no folder/),
  bundle('man-junk.tar.gz', /there is no event file|bundle\.json is not JSON/),
  bundle('man-list.tar.gz', /there is no event file|bundle\.json/),
  bundle('man-path3.tar.gz', /there is no event file|bundle\.json/),
];

/** A report that cannot be written does not hide the verdict: the run failed. */
export const UNWRITABLE: readonly Case[] = ['verdict.json', 'report.html', 'junit.xml'].map(
  (file) => ({
    name: `a report ${file} that is a directory`,
    args: () => ['judge', folderWith(file, 'directory')],
    status: 99,
    says: /the reports are as before: cannot write .*: it is a directory, not a file/,
  }),
);

function folderOf(file: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), 'mine');
  return folder;
}

function directoryEvents(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'events.ndjson'));
  return folder;
}
