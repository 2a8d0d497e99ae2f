import { Option, type OptionValues } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { kindAt } from '../../../files/path.ts';
import { parseThreshold } from '../../../scenario/threshold/parse.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import { shortened } from '../../../text/shortened.ts';
import { lossLimitIn, type LossLimit } from '../../../watch/abort/loss-limit.ts';
import { besideHost, besideUrl } from '../../../watch/beside/beside.ts';
import { controlUrl } from '../../../watch/controls.ts';
import { serviceLogIn } from '../../../watch/sources/service-logs.ts';
import { patternIn } from '../../../watch/sources/step-lines.ts';
import { countIn } from '../../options/count.ts';
import { durationIn } from '../../options/duration.ts';
import { newLabNameOption, outOption } from '../../options/out.ts';
import type { BareVerb } from '../verb.ts';
import { usualRate } from './rate.ts';

/** Of the subject that can be watched. */
const USUAL = defaultSubject.cloud === undefined ? 0 : usualRate(defaultSubject.cloud);

/** The values of the options that `cloudOptions` adds. */
export interface CloudOptions {
  readonly cloud?: string | undefined;
  readonly name?: string | undefined;
  readonly out?: string | undefined;
  readonly after: number;
  readonly rate?: number | undefined;
  readonly stacks: number;
  readonly stacksTotal: number;
  readonly threshold?: readonly WrittenThreshold[] | undefined;
  readonly control?: readonly URL[] | undefined;
  readonly http?: readonly URL[] | undefined;
  readonly ping?: readonly string[] | undefined;
  readonly follow?: readonly string[] | undefined;
  readonly pattern?: readonly RegExp[] | undefined;
  readonly log?: readonly string[] | undefined;
  readonly abortAfter?: LossLimit | undefined;
  readonly abortTo?: string | undefined;
  readonly serverHeader?: string | undefined;
  readonly json?: true | undefined;
}

/** The load on a watched cloud, and its other sources: the same for `watch` and `drive`. */
export function cloudOptions<Globals extends OptionValues>(command: BareVerb<Globals>) {
  return command
    .option('--cloud <name>', 'a cloud of clouds.yaml. Default: OS_CLOUD, or the OS_* variables')
    .addOption(
      newLabNameOption('of this watch; all stacks it makes carry it. Default: this machine’s name'),
    )
    .addOption(outOption('--out <dir>', 'the run folder. Default: a new one below runs/'))
    .option(
      '--after <duration>',
      'how long to keep watching after the end',
      durationIn('--after'),
      5,
    )
    .option('--rate <n>', `requests a second, of all probes together. Default: ${USUAL}`, rateIn)
    .option(
      '--stacks <n>',
      'maximum number of short stacks at the same time; 0: no stacks',
      stacksIn,
      4,
    )
    .option(
      '--stacks-total <n>',
      'maximum number of short stacks in total',
      countOf('--stacks-total'),
      500,
    )
    .addOption(
      new Option(
        '--threshold <metric:expression>',
        'e.g. "api_failed:count==0"; fails the watch if it is not met; may be repeated',
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
      ).argParser(collected('--follow')),
    )
    .addOption(
      new Option(
        '--pattern <regex>',
        'which lines begin a step. Default: those of Ansible and grenade; may be repeated',
      ).argParser((text: string, before: readonly RegExp[] | undefined) => [
        ...(before ?? []),
        patternIn(notEmpty('--pattern', text)),
      ]),
    )
    .addOption(
      new Option(
        '--log <file>',
        'HAProxy’s log, which names a lost request’s server, or NODE/SERVICE=FILE: a service’s own; a command after "|"; may be repeated',
      ).argParser(collected('--log', (text) => serviceLogIn(text)?.source ?? text)),
    )
    .option(
      '--abort-after <lost/seconds>',
      'e.g. 20/10s: end, and end the command of --until, when 20 are lost within 10 s',
      lossLimitIn,
    )
    .option(
      '--abort-to <file>',
      'with --abort-after: write the reason into this file at once; a command after "|"',
      (text: string): string => notEmpty('--abort-to', text.replace(/^\|(?=\s*$)/, '')),
    )
    .option(
      '--server-header <name>',
      'the header in which the load balancer names its server',
      headerIn,
    )
    .option('--json', 'print verdict.json instead of the summary');
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

/**
 * A file, or a command after `|`.
 *
 * @param sourceIn Gives the two in a longer value.
 */
function collected(option: string, sourceIn = (text: string): string => text) {
  return (text: string, before: readonly string[] | undefined): readonly string[] => {
    const source = sourceIn(text);
    notEmpty(option, source.replace(/^\|/, ''));
    const kind = source.startsWith('|') ? undefined : kindAt(source);
    if (kind !== undefined && kind !== 'file') {
      throw new RollgateError('invalid-option', `${option}: ${shortened(source)} is not a file`, {
        kind: 'usage',
        hint: `Lines of a pipe are followed with '|cat ${shortened(source)}'.`,
      });
    }
    return [...(before ?? []), text];
  };
}

/** RFC 9110, section 5.6.2. */
const HEADER = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

function headerIn(text: string): string {
  if (HEADER.test(text)) return text;
  throw new RollgateError(
    'invalid-option',
    `--server-header: ${JSON.stringify(shortened(text))} is no name of a header`,
    { kind: 'usage', hint: 'For example: --server-header x-served-by' },
  );
}

/** An empty value is probably an unset variable. @throws RollgateError `invalid-option`. */
export function notEmpty(option: string, text: string): string {
  if (text.trim() !== '') return text;
  throw new RollgateError('invalid-option', `${option}: is empty`, {
    kind: 'usage',
    hint: 'Is the variable set that you passed?',
  });
}

interface WrittenThreshold {
  readonly metric: string;
  readonly expression: string;
}

function collectThresholds(
  text: string,
  before: readonly WrittenThreshold[] = [],
): readonly WrittenThreshold[] {
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
