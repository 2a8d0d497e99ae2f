import test from 'ava';
import { renderAnnotations } from '../../../src/report/github/annotations.ts';
import { withoutCommands, workflowCommand } from '../../../src/report/github/workflow-command.ts';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { plain } from '../../../src/text/plain.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import { hostileRun } from '../hostile-run.ts';
import { HOSTILE } from '../hostile.ts';

interface Command {
  readonly name: string;
  readonly title: string | undefined;
  readonly message: string;
}

/** How the runner parses a line (actions/runner, ActionCommand.cs); it accepts any name. */
function commandOf(line: string): Command | undefined {
  const [, info = '', data = ''] = /^\s*::(.*?)::(.*)$/su.exec(line) ?? [];
  if (info !== '') {
    const [name = '', ...rest] = info.split(' ');
    const properties = rest.join(' ').split(',').filter(Boolean);
    const title = properties.find((property) => property.startsWith('title='))?.slice(6);
    return { name, title: title && decode(title), message: decode(data) };
  }
  const legacy = /##\[(.*?)\](.*)$/su.exec(line);
  return legacy === null ? undefined : { name: legacy[1] ?? '', title: undefined, message: '' };
}

function decode(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

const commandsIn = (text: string): readonly (Command | undefined)[] =>
  text
    .split(/[\n\r]/)
    .map(commandOf)
    .filter((command) => command !== undefined);

test('a failed run is an error with its reasons, and each of its causes is an error too', (t) => {
  const verdict = judge(badRoll().events);
  const [first, ...rest] = renderAnnotations(verdict).map(commandOf);
  t.deepEqual(first, {
    name: 'error',
    title: 'rollgate failed: heat 2025.1 → 2026.1',
    message: verdict.reasons.join('\n'),
  });
  t.true(rest.length > 0);
  t.true(rest.every((command) => command?.name === 'error'));
  t.regex(rest[0]?.title ?? '', /^\d+ (?:stack|request)s?: /);
});

test('a run that passed is a notice, and a failed tag that was not required is a warning', (t) => {
  const clean = renderAnnotations(judge(cleanRoll().events)).map(commandOf);
  t.deepEqual(
    clean.map((command) => command?.name),
    ['notice'],
  );
  const [first, ...rest] = renderAnnotations(judge(badRoll({ require: [] }).events)).map(commandOf);
  t.is(first?.name, 'notice');
  t.true(rest.length > 0 && rest.every((command) => command?.name === 'warning'));
});

test('there are no more annotations of a kind than GitHub shows', (t) => {
  const verdict = judge(badRoll().events);
  const [cause] = verdict.causes;
  if (cause === undefined) return t.fail('no cause');
  const many = renderAnnotations({ ...verdict, causes: Array.from({ length: 30 }, () => cause) });
  t.is(many.length, 10);
});

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`text with hostile ${what} stays text in an annotation`, (t) => {
    const line = workflowCommand('error', { title: text }, text);
    t.is(commandsIn(line).length, 1);
    const command = commandOf(line);
    t.is(command?.name, 'error');
    t.is(plain(command?.title ?? ''), plain(text));
    t.is(plain(command?.message ?? ''), plain(text));
    const form = (one: string): readonly (string | undefined)[] =>
      renderAnnotations(judge(hostileRun(one).events))
        .join('\n')
        .split(/[\n\r]/)
        .map((each) => commandOf(each)?.name);
    t.deepEqual(form(text), form('benign'));
  });

  test(`text with hostile ${what} in the terminal’s output commands nothing`, (t) => {
    for (const output of [text, `  ${text}`, `\u0085 ${text}`, `\n\n${text}`]) {
      t.deepEqual(commandsIn(withoutCommands(output)), []);
    }
    const summary = renderVerdict(judge(hostileRun(text).events), { color: false, width: 30 });
    t.deepEqual(commandsIn(withoutCommands(summary)), []);
  });

  test(`text with hostile ${what} stays text in a terminal`, (t) => {
    const draw = (one: string): string =>
      renderVerdict(judge(hostileRun(one).events), { color: false, directory: one });
    // oxlint-disable-next-line no-control-regex -- to find control characters is the point
    t.notRegex(draw(text), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    t.true(draw(text).split('\n').length <= 40);
  });
}

test('the guard is needed: without it a log line commands the runner', (t) => {
  t.deepEqual(
    commandsIn(HOSTILE.command).map((command) => command?.name),
    ['error', 'set-output', 'stop-commands', 'error'],
  );
});

test('text without a command stays unchanged', (t) => {
  const text = 'a :: b\nstd::vector\n: one\n## [x]\n';
  t.is(withoutCommands(text), text);
});
