import type { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import { checkCase } from '../../events/families/check.ts';
import { MIB, readText } from '../../files/read.ts';
import type { PlannedCheck } from '../../plan/checkpoints/check.ts';
import type { RunContext } from '../context.ts';
import type { CheckResult, CheckStep } from './check-step.ts';
import { clientOf, runInClient } from './client.ts';
import type { Transcript } from './transcript.ts';

type Tempest = Extract<PlannedCheck, { check: 'tempest' }>;
type TempestCase = z.infer<typeof caseSchema>;

/** A line of images/tempest/tempest-cases. */
const caseSchema = checkCase.pick({ name: true, status: true, seconds: true, detail: true });

const FOLDER = '/tmp/rollgate';
const CONFIG = `${FOLDER}/tempest.conf`;
const LIST = `${FOLDER}/tests.txt`;

/**
 * Runs a list of Tempest's tests against the lab. Each is a case; a test that did not run counts as
 * failed.
 */
export async function carryOutTempest(
  { list, concurrency, limitSeconds }: Tempest,
  step: CheckStep,
  context: RunContext,
  transcript: Transcript,
): Promise<CheckResult> {
  const { emit, now } = context;
  const wanted = await prepareTests(list, context);
  const cases: TempestCase[] = [];
  const report = (one: TempestCase): void => {
    cases.push(one);
    emit({ type: 'check-case', at: now(), step: step.id, ...one });
    if (one.status !== 'passed' && one.detail !== '') transcript.write(one.detail);
    transcript.write(`${one.status.padEnd(8)}${one.seconds.toFixed(2).padStart(7)} s  ${one.name}`);
  };
  const { exitCode, tooLong } = await runInClient(
    {
      command: ['tempest-cases', CONFIG, LIST, String(concurrency)],
      limitSeconds,
      onLines: (lines, stream) => {
        if (stream === 'stderr') return transcript.write(lines);
        for (const line of lines.trim().split('\n')) report(caseSchema.parse(JSON.parse(line)));
        return undefined;
      },
    },
    context,
  );
  if (exitCode !== 0 && !tooLong) {
    throw new RollgateError('tempest-failed', `Tempest could not run: status ${exitCode}`, {
      detail: transcript.tail,
      hint: `Its output is in ${transcript.file}`,
    });
  }
  const reported = new Set(cases.map(({ name }) => name));
  const why = tooLong ? `not done within ${limitSeconds} s` : 'not run: Tempest knows no such test';
  for (const name of wanted.filter((test) => !reported.has(test))) {
    report({ name, status: 'failed', seconds: 0, detail: why });
  }
  return { passed: cases.every(({ status }) => status !== 'failed'), detail: summary(cases) };
}

/**
 * Writes Tempest's configuration and the list of tests into the client's container.
 *
 * @returns The tests. @throws RollgateError `no-tempest`.
 */
async function prepareTests(list: string, context: RunContext): Promise<readonly string[]> {
  const { engine, secrets, subject } = context.lab;
  const configuration = subject.tempestConf?.(secrets);
  if (configuration === undefined) {
    throw new RollgateError(
      'no-tempest',
      `rollgate has no Tempest tests of ${subject.shape.title}`,
      {
        kind: 'usage',
        hint: 'Take the check out of the scenario.',
      },
    );
  }
  const wanted = testsOf(await readText(list, { what: 'list of tests', limitBytes: MIB }));
  await engine.writeFiles(await clientOf(context), [
    { path: CONFIG, content: configuration },
    { path: LIST, content: `${wanted.join('\n')}\n` },
  ]);
  return wanted;
}

/** The tests of a list in the format of `tempest run --load-list`. */
function testsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function summary(cases: readonly TempestCase[]): string {
  const of = (status: TempestCase['status']): number =>
    cases.filter((one) => one.status === status).length;
  return `Tempest: ${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped`;
}
