import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { checkLabName } from '../../../lab/labels.ts';
import type { LoadPlan } from '../../../plan/plan.ts';
import { renderVerdict } from '../../../report/terminal/summary.ts';
import { checkRunFolder } from '../../../runs/folder.ts';
import { parseThreshold } from '../../../scenario/threshold.ts';
import { shortened } from '../../../shortened.ts';
import type { Subject, SubjectCloud } from '../../../subject/subject.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import { exitStatusOfVerdict } from '../../../verdict/judge.ts';
import { cloudLogin, openCloud, type OpenedCloud } from '../../../watch/cloud/access.ts';
import { besideHost, besideOf, besideUrl } from '../../../watch/beside/beside.ts';
import { controlUrl } from '../../../watch/controls.ts';
import { lossLimitIn } from '../../../watch/loss-limit.ts';
import { readBroken } from '../../../watch/resume.ts';
import { claim, forget } from '../../../watch/running.ts';
import { patternIn, STEP_LINES } from '../../../watch/step-lines.ts';
import { watch } from '../../../watch/watch.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { durationIn } from '../../options/duration.ts';
import { newLabNameOption, outOption } from '../../options/out.ts';
import { summaryWidth } from '../../terminal.ts';
import { progressOf, sayTo, tellUnwritten } from '../run/run-prepared.ts';
import type { Program } from '../verb.ts';

/** `rollgate watch`: the gate beside an upgrade that somebody else makes. */
export function addWatch(program: Program, context: CliContext): void {
  program
    .command('watch')
    .description('send load to a cloud that somebody else upgrades, and judge what its users felt')
    .option('--cloud <name>', 'a cloud of clouds.yaml. Default: OS_CLOUD, or the OS_* variables')
    .addOption(
      newLabNameOption('of this watch; all stacks it makes carry it. Default: this machine’s name'),
    )
    .addOption(outOption('--out <dir>', 'the run folder. Default: a new one below runs/'))
    .option('--for <duration>', 'end after so long, e.g. 90s, 15m, 2h', durationIn('--for'))
    .option('--until <command>', 'run this shell command beside, and end when it ends')
    .option(
      '--baseline <duration>',
      'with --until: watch so long before the command',
      durationIn('--baseline'),
      12,
    )
    .option('--after <duration>', 'watch on so long after the end', durationIn('--after'), 5)
    .option('--rate <n>', 'requests a second, of all probes together. Default: 9', rateIn)
    .option('--stacks <n>', 'short stacks under way at once at most; 0: no stacks', stacksIn, 4)
    .option('--stacks-total <n>', 'short stacks in all at most', countOf('--stacks-total'), 500)
    .addOption(
      new Option(
        '--threshold <metric:expression>',
        'e.g. "api_failed:count==0"; fails the watch where it is not met; may be repeated',
      ).argParser(collectThresholds),
    )
    .addOption(
      new Option(
        '--control <url>',
        'a page outside the cloud, which shows this machine’s own network; may be repeated',
      ).argParser((text: string, before: readonly URL[] | undefined) => [
        ...(before ?? []),
        controlUrl(text),
      ]),
    )
    .addOption(
      new Option(
        '--http <url>',
        'an address that has to answer all the time, e.g. of a server that a stack made; may be repeated',
      ).argParser((text: string, before: readonly URL[] | undefined) => [
        ...(before ?? []),
        besideUrl(text),
      ]),
    )
    .addOption(
      new Option(
        '--ping <host>',
        'a host that has to answer ICMP echo requests all the time; may be repeated',
      ).argParser((text: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        besideHost(text),
      ]),
    )
    .addOption(
      new Option(
        '--follow <file>',
        'what your tool prints: its lines that begin a step are marks; a command after "|"; may be repeated',
      ).argParser(collected),
    )
    .addOption(
      new Option(
        '--pattern <regex>',
        'which lines begin a step. Default: those of Ansible and grenade; may be repeated',
      ).argParser((text: string, before: readonly RegExp[] | undefined) => [
        ...(before ?? []),
        patternIn(text),
      ]),
    )
    .addOption(
      new Option(
        '--log <file>',
        'HAProxy’s log, which names a lost request’s server; a command after "|"; may be repeated',
      ).argParser(collected),
    )
    .option(
      '--abort-after <lost/seconds>',
      'e.g. 20/10s: end, and end the command of --until, when so many are lost within so long',
      lossLimitIn,
    )
    .option('--server-header <name>', 'the header in which the load balancer names its server')
    .option('--clean', 'only remove what a watch of this name left in the cloud')
    .option('--json', 'print verdict.json instead of the summary')
    .action(async (options) => {
      const name = options.name ?? nameOfMachine();
      const subject = defaultSubject;
      const side = sideOf(subject);
      const login = await cloudLogin(options.cloud, { subject, env: context.env });
      const cloud = await openCloud({
        subject,
        login,
        prefix: `rollgate-${name}`,
        serverHeader: options.serverHeader,
      });
      if (options.clean === true) {
        await clean(side, cloud, context);
        return forget(name);
      }
      const directory = resolve(options.out ?? defaultFolder(name));
      const before = await readBroken(directory, name);
      if (before === undefined) await checkRunFolder(directory);
      const free = await claim(name, directory);
      try {
        const say = sayTo(context);
        say(
          `${subject.shape.title} at ${cloud.watched.endpoint}, project ${cloud.watched.project}`,
        );
        const result = await watch({
          ...cloud,
          subject,
          side,
          name,
          directory,
          load: loadOf(side, options),
          // Another one than before the watch was killed: names of stacks hold it.
          seed: randomInt(2 ** 31),
          thresholds: options.threshold ?? [],
          controls: options.control ?? [],
          beside: besideOf({ http: options.http ?? [], ping: options.ping ?? [] }),
          baselineSeconds: options.baseline,
          afterSeconds: options.after,
          forSeconds: options.for,
          until: options.until,
          abortAfter: options.abortAfter,
          sources: {
            follow: options.follow ?? [],
            patterns: options.pattern ?? STEP_LINES,
            logs: options.log ?? [],
          },
          signal: context.signal,
          before,
          onEvent: progressOf(context),
          say,
        });
        const { verdict } = result;
        const { color } = context;
        context.stdout(
          options.json === true
            ? JSON.stringify(verdict, null, 2)
            : renderVerdict(verdict, { color, directory, width: summaryWidth(context) }),
        );
        tellUnwritten({ ...result, directory }, context);
        tellLeft(result.left, context);
        return context.exit(exitStatusOfVerdict(verdict));
      } finally {
        await free();
      }
    });
}

function sideOf({ shape, cloud }: Subject): SubjectCloud {
  if (cloud !== undefined) return cloud;
  throw new RollgateError('not-watchable', `${shape.title} cannot be watched`, { kind: 'usage' });
}

async function clean(
  side: SubjectCloud,
  { access, watched }: OpenedCloud,
  context: CliContext,
): Promise<void> {
  const { found, left } = await side.removeLeftovers(access, context.signal);
  const where = `in project ${watched.project}`;
  context.stdout(
    found.length === 0
      ? `nothing begins with ${access.prefix}- ${where}`
      : `removed ${found.length - left.length} of ${found.length} ${where}: ${found.join(', ')}`,
  );
  tellLeft(left, context);
  if (left.length > 0) context.exit(1);
}

function tellLeft(
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
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `runs/${time}-watch-${name}`;
}

/** Short stacks begun per second. */
const STACK_RATE = 0.2;

function loadOf(
  side: SubjectCloud,
  options: {
    readonly rate?: number | undefined;
    readonly stacks: number;
    readonly stacksTotal: number;
  },
): LoadPlan {
  const { probes, kinds } = side.watchLoad;
  const connections = ['new', 'reused'] as const;
  const usual = probes.reduce((sum, { rate }) => sum + connections.length * rate, 0);
  const factor = (options.rate ?? usual) / usual;
  return {
    probes: probes.flatMap(({ name, rate }) =>
      connections.map((connection) => ({ probe: name, connection, rate: rate * factor })),
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

function rateIn(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (rate >= 0.1 && rate <= 200) return rate;
  throw new RollgateError(
    'invalid-option',
    `--rate: expected 0.1 to 200, found ${JSON.stringify(shortened(text))}`,
    { kind: 'usage' },
  );
}

function stacksIn(text: string): number {
  return text === '0' ? 0 : countIn('--stacks', text);
}

function countOf(option: string): (text: string) => number {
  return (text) => countIn(option, text);
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

interface Written {
  readonly metric: string;
  readonly expression: string;
}

function collectThresholds(text: string, before: readonly Written[] = []): readonly Written[] {
  const colon = text.lastIndexOf(':');
  const written = { metric: text.slice(0, colon).trim(), expression: text.slice(colon + 1).trim() };
  const parsed = parseThreshold(written.metric, written.expression);
  if (colon > 0 && !('problem' in parsed)) return [...before, written];
  const why = 'problem' in parsed ? parsed.problem : 'a colon is missing';
  throw new RollgateError('invalid-option', `--threshold ${shortened(text)}: ${why}`, {
    kind: 'usage',
    hint: 'E.g. --threshold "api_failed:rate<0.001"; docs/thresholds.md lists the metrics.',
  });
}
