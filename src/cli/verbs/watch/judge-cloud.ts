import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { RollgateError } from '../../../errors.ts';
import { checkLabName } from '../../../lab/labels.ts';
import type { LoadPlan } from '../../../plan/plan.ts';
import { renderVerdict } from '../../../report/terminal/summary/summary.ts';
import { timeInName } from '../../../run-folder.ts';
import { checkRunFolder } from '../../../runs/folder/folder.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import type { Subject, SubjectCloud } from '../../../subject/subject.ts';
import { exitStatusOfVerdict } from '../../../verdict/judge.ts';
import { besideOf } from '../../../watch/beside/beside.ts';
import { cloudLogin, openCloud, type OpenedCloud } from '../../../watch/cloud/access.ts';
import { inTimeOrder } from '../../../watch/in-time-order.ts';
import type { WatchOptions } from '../../../watch/options.ts';
import { readBroken } from '../../../watch/resume.ts';
import { claim } from '../../../watch/running.ts';
import { STEP_LINES } from '../../../watch/sources/step-lines.ts';
import { watch } from '../../../watch/watch.ts';
import { CONNECTIONS } from '../../../words.ts';
import type { CliContext } from '../../context.ts';
import { summaryWidth } from '../../terminal.ts';
import { progressOfRuns, sayTo, printUnwritten } from '../run/run-prepared.ts';
import type { CloudOptions } from './options.ts';
import { factorOf } from './rate.ts';

/** A cloud that can be watched, under the name of a watch. */
export interface NamedCloud extends OpenedCloud {
  readonly name: string;
  readonly subject: Subject;
  readonly side: SubjectCloud;
}

/** @throws RollgateError See `cloudLogin` and `openCloud`; `not-watchable`. */
export async function cloudOf(
  options: Pick<CloudOptions, 'name' | 'cloud' | 'serverHeader'>,
  { env, signal }: Pick<CliContext, 'env' | 'signal'>,
): Promise<NamedCloud> {
  const name = options.name ?? nameOfMachine();
  const subject = defaultSubject;
  const side = sideOf(subject);
  const login = await cloudLogin(options.cloud, { subject, env });
  const access = { subject, login, prefix: `rollgate-${name}`, serverHeader: options.serverHeader };
  const opened = await openCloud(access, signal);
  return { ...opened, name, subject, side };
}

/** The end of a watch, and the upgrading tool. */
type Course = Pick<
  WatchOptions,
  'forSeconds' | 'until' | 'untilEnvironment' | 'baselineSeconds' | 'drive' | 'upgrade'
>;

/**
 * Watches a cloud, prints the verdict, and sets the exit status.
 *
 * @param onFolder Called with the folder before the watch begins.
 */
export async function judgeCloud(
  cloud: NamedCloud,
  options: CloudOptions,
  course: Course & { readonly onFolder?: (directory: string) => Promise<void> },
  context: CliContext,
): Promise<void> {
  const { name, subject, side, watched } = cloud;
  if (options.abortTo !== undefined && options.abortAfter === undefined) {
    throw new RollgateError('invalid-option', '--abort-to has no meaning without --abort-after', {
      kind: 'usage',
      hint: 'Add e.g. --abort-after 20/10s: 20 lost requests within 10 seconds.',
    });
  }
  const directory = resolve(options.out ?? defaultFolder(name));
  const before = await readBroken(directory, name);
  if (before === undefined) await checkRunFolder(directory);
  const free = await claim(name, directory);
  try {
    const say = sayTo(context);
    say(`${subject.shape.title} at ${watched.endpoint}, project ${watched.project}`);
    await course.onFolder?.(directory);
    const result = await watch({
      ...cloud,
      ...course,
      directory,
      ...askedFor(side, options),
      // Different from that of the killed watch, because stack names contain it.
      seed: randomInt(2 ** 31),
      signal: context.signal,
      before,
      onEvent: inTimeOrder(progressOfRuns(context)),
      say,
    });
    const { verdict } = result;
    const { color } = context;
    context.stdout(
      options.json === true
        ? JSON.stringify(verdict, null, 2)
        : renderVerdict(verdict, { color, directory, width: summaryWidth(context) }),
    );
    printUnwritten({ ...result, directory }, context);
    printLeft(result.left, context);
    return context.exit(exitStatusOfVerdict(verdict));
  } finally {
    await free();
  }
}

/** The load, the limits and the further sources that the options select. */
function askedFor(side: SubjectCloud, options: CloudOptions) {
  return {
    load: loadOf(side, options),
    questionRate: QUESTION_RATE * Math.min(1, factorOf(side, options)),
    thresholds: options.threshold ?? [],
    controls: options.control ?? [],
    beside: besideOf({ http: options.http ?? [], ping: options.ping ?? [] }),
    afterSeconds: options.after,
    abortAfter: options.abortAfter,
    abortTo: options.abortTo,
    sources: {
      follow: options.follow ?? [],
      patterns: options.pattern ?? STEP_LINES,
      logs: options.log ?? [],
    },
  } satisfies Partial<WatchOptions>;
}

function sideOf({ shape, cloud }: Subject): SubjectCloud {
  if (cloud !== undefined) return cloud;
  throw new RollgateError('not-watchable', `${shape.title} cannot be watched`, { kind: 'usage' });
}

export function printLeft(
  left: readonly { readonly name: string; readonly status: string }[],
  context: CliContext,
): void {
  if (left.length === 0) return;
  const named = left.map(({ name, status }) => `${name} (${status})`).join(', ');
  context.stderr(`left in the cloud: ${named}; rollgate watch --clean tries again`);
}

function nameOfMachine(): string {
  const name = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const short = name === '' ? 'watch' : name.slice(0, 20).replace(/-$/, '');
  checkLabName(short);
  return short;
}

function defaultFolder(name: string): string {
  return `runs/${timeInName()}-watch-${name}`;
}

/** Short stacks begun per second. */
const STACK_RATE = 0.2;

/** Questions per second at the usual rate of the probes, and above it. */
const QUESTION_RATE = 2;

function loadOf(
  side: SubjectCloud,
  options: {
    readonly rate?: number | undefined;
    readonly stacks: number;
    readonly stacksTotal: number;
  },
): LoadPlan {
  const { probes, kinds } = side.watchLoad;
  const factor = factorOf(side, options);
  return {
    probes: probes.flatMap(({ name, rate }) =>
      CONNECTIONS.map((connection) => ({ probe: name, connection, rate: rate * factor })),
    ),
    workload: {
      rate: options.stacks === 0 ? 0 : STACK_RATE,
      chain: 3,
      actionSeconds: 1,
      kinds: [...kinds],
      atOnce: options.stacks,
      total: options.stacksTotal,
    },
    calls: false,
    stuckAfterSeconds: 60,
  };
}
