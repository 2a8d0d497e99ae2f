import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Case } from './cases.ts';
import { writtenAs } from './places.ts';

const usage = (
  name: string,
  args: readonly string[],
  says: RegExp,
  env: () => Readonly<Record<string, string>> = () => LOGIN,
): Case => ({ name, args: () => args, status: 104, says, env });

/** Of a cloud that nothing is sent to: what is wrong shows before. */
const LOGIN = {
  OS_AUTH_URL: 'http://127.0.0.1:1/v3',
  OS_USERNAME: 'u',
  OS_PASSWORD: 'p',
  OS_PROJECT_NAME: 'p',
};

const cloud = (name: string, text: string, says: RegExp, named = 'c'): Case =>
  usage(`clouds.yaml ${name}`, ['watch', '--cloud', named], says, () => ({
    OS_CLIENT_CONFIG_FILE: writtenAs('clouds.yaml', text),
  }));

const option = (args: readonly string[], says: RegExp): Case =>
  usage(`watch ${args.join(' ')}`.slice(0, 60), ['watch', ...args], says);

export const CLOUDS: readonly Case[] = [
  cloud('that is empty', '', /clouds\.yaml:1:1: expected a mapping; found nothing/),
  cloud('with a list', 'clouds: []\n', /:1:9: clouds: expected a mapping; found an empty list/),
  cloud('that is no YAML', 'a: [', /clouds\.yaml:1:\d+: /),
  cloud(
    'with a list for a value',
    'clouds: {c: {auth: {auth_url: [1]}}}',
    /auth_url: expected text/,
  ),
  cloud('without clouds', 'clouds: {}', /there is no cloud "c"\nhint: .*: none/),
  cloud('asked for what every object has', 'clouds: {}', /no cloud "constructor"/, 'constructor'),
  cloud('asked for an escape code', 'clouds: {}', /no cloud "\\u001b\[31m"/, '\u001B[31m'),
  cloud(
    'with a password in the address',
    'clouds: {c: {auth: {auth_url: "http://u:topsecret@x/v3"}}}',
    /^(?!.*topsecret)error: .*auth_url holds a user name or a password/s,
  ),
  option(['--http', 'http://u:topsecret@x/'], /^(?!.*topsecret).*the address holds a user name/s),
  option(
    ['--control', 'http://u:topsecret@x/'],
    /^(?!.*topsecret).*the address holds a user name/s,
  ),
  option(['--http', 'x'.repeat(5000)], /--http: x{80}… is not an http\(s\) address/),
  option(['--pattern', `${'x'.repeat(5000)}(`], /--pattern: x{80}… is not a regular expression/),
  option(['--pattern', ''], /--pattern: is empty/),
  option(['--until', ' '], /--until: is empty/),
  option(['--follow', '|'], /--follow: is empty/),
  option(['--follow', '/'], /--follow: \/ is not a file/),
  option(['--log', ''], /--log: is empty/),
  option(['--server-header', 'a b'], /"a b" is no name of a header/),
  option(['--baseline', '5s'], /--baseline has no meaning here/),
  usage('drive without a command', ['drive', '--driver', 'command', '--command', ''], /is empty/),
  usage(
    'drive with a playbook that is not there',
    ['drive', '--driver', 'ansible', '--playbook', '/nowhere.yml', '--plan'],
    /--playbook: there is no file \/nowhere\.yml/,
  ),
];

const mark = (
  name: string,
  says: RegExp,
  folder: () => string,
  ...more: readonly string[]
): Case => ({
  name: `a mark ${name}`,
  args: () => ['mark', 'x', ...more],
  status: 104,
  says,
  env: () => ({ ROLLGATE_WATCH: folder() }),
});

export const MARKS: readonly Case[] = [
  mark(
    'for a name that leads elsewhere',
    /"\.\.\/\.\.\/x" cannot be a watch's name/,
    () => '',
    '--name',
    '../../x',
  ),
  {
    ...mark('into a link', /cannot write .*marks\.ndjson: .*symbolic links/, () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'mine'), 'mine');
      symlinkSync('mine', join(folder, 'marks.ndjson'));
      return folder;
    }),
    status: 1,
  },
  {
    ...mark('into a pipe', /cannot write .*marks\.ndjson: it is a pipe, not a file/, () => {
      const folder = temporaryFolder();
      execFileSync('mkfifo', [join(folder, 'marks.ndjson')]);
      return folder;
    }),
    status: 1,
  },
];

const verb = (args: readonly string[], says: RegExp): Case => usage(args.join(' '), args, says);

/** The error is shown without a container engine. */
export const LABS: readonly Case[] = [
  ...['status', 'logs', 'queues', 'env', 'resume', 'down', 'inventory'].map((name) =>
    verb([name, '--name', 'A B'], /"A B" cannot be a lab's name/),
  ),
  verb(['logs', '--since', 'x'], /--since/),
  verb(['logs', '--tail', '-1'], /--tail/),
  verb(['source', 'export', 'x', '--package', '../x'], /"\.\.\/x" is no name that Python imports/),
  verb(['source', 'export', ''], /<dir>: the path is empty/),
  verb(['images', 'load', ''], /<file>: the path is empty/),
  verb(['compare', '--choreographies', 'guide,'], /a name in the list is empty/),
  verb(
    ['bisect', '--repo', '/nowhere', '--good', 'a', '--bad', 'b'],
    /\/nowhere is no git repository/,
  ),
];
