import { join } from 'node:path';
import type {
  ContainerEngine,
  FoundContainer,
  LogLine,
  LogOptions,
} from '../../../containers/port.ts';
import { RollgateError } from '../../../errors.ts';
import { given } from '../../../given.ts';
import type { LabSummary } from '../../../lab/find.ts';
import { readServiceLabels } from '../../../lab/labels.ts';
import { RUN_FOLDER } from '../../../run-folder.ts';
import { readSavedLog, swappedAway } from '../../../runs/follow/saved-logs.ts';
import { openEngine } from '../../../runs/provision.ts';
import { defaultSubject, subjectNamed } from '../../../subject/registry.ts';
import { printable } from '../../../text/plain.ts';
import { shortened } from '../../../text/shortened.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';
import {
  containersNamed,
  isMeant,
  commandLineName,
  noSuchService,
  type ServiceFilter,
} from './containers-named.ts';

/** `rollgate logs`: the services' output, also from before they were swapped. */
export function addLogs(program: Program, context: CliContext): void {
  program
    .command('logs')
    .description('print the logs of a lab')
    .argument('[services...]', 'e.g. node1/heat-engine, mysql. Default: all')
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--node <node>', 'only this node')
    .option('--service <service>', 'only this service, on all nodes')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option(
      '--since <time>',
      'only lines since this time: 90 (seconds ago), 5m, 2h, or an ISO 8601 time',
    )
    .option('--tail <lines>', 'only the last lines of each service')
    .addHelpText('after', () =>
      [
        '',
        'A service’s name also selects its replacement (e.g. node1/SERVICE.next). While a run is',
        'paused, it also selects the service that was replaced; its log is in the run folder.',
      ].join('\n'),
    )
    .action(async (names, options) => {
      const since = options.since === undefined ? undefined : sinceOf(options.since, Date.now());
      const tail = numberOf('--tail', options.tail);
      const engine = await openEngine((line) => context.stderr(line));
      const lab = await chosenLab(engine, options.name);
      const filter = { names, node: options.node, service: options.service };
      const containers = containersNamed(lab, filter);
      const before = await logsOfBefore(lab, filter);
      if (containers.length + before.length === 0) throw noSuchService(lab);
      const { follow = false } = options;
      const named = containers.length + before.length > 1;
      await printLogs(
        { engine, containers, before },
        { follow, ...given({ since, tail }), signal: context.signal },
        (line) => {
          const text = printable(line.text);
          context.stdout(named ? `${line.name} | ${text}` : text);
        },
      );
    });
}

/** In the order of time; followed lines come as they are logged, after those that have ended. */
async function printLogs(
  {
    engine,
    containers,
    before,
  }: {
    readonly engine: ContainerEngine;
    readonly containers: readonly FoundContainer[];
    readonly before: readonly LogOfBefore[];
  },
  options: LogOptions,
  print: (line: NamedLine) => void,
): Promise<void> {
  const kept = (await Promise.all(before.map((one) => readBefore(one, options)))).flat();
  if (options.follow) for (const line of inOrder(kept.splice(0))) print(line);
  const take = options.follow ? print : (line: NamedLine): unknown => kept.push(line);
  await Promise.all(containers.map((one) => readLog(engine, one, options, take)));
  for (const line of inOrder(kept)) print(line);
}

interface LogOfBefore {
  /** `node1/heat-engine 2025.1` */
  readonly name: string;
  readonly file: string;
}

/** The logs of services that a paused run has swapped away. */
async function logsOfBefore(
  lab: LabSummary,
  filter: ServiceFilter,
): Promise<readonly LogOfBefore[]> {
  if (lab.paused === undefined) return [];
  const folder = join(lab.paused.folder, RUN_FOLDER.logs);
  const { shape } = subjectNamed(lab.subject ?? defaultSubject.shape.name);
  const kinds = shape.services.map(({ name }) => name);
  const present = lab.containers.flatMap((container) => {
    const service = readServiceLabels(container.labels);
    return service === undefined ? [] : [{ ...service.instance, series: service.series }];
  });
  return (await swappedAway(folder, kinds, present))
    .filter(({ name }) => isMeant(name, filter))
    .map(({ name, series, file }) => ({ name: `${name} ${series}`, file }));
}

async function readBefore(
  { name, file }: LogOfBefore,
  { since, tail }: Pick<LogOptions, 'since' | 'tail'>,
): Promise<readonly NamedLine[]> {
  const lines: NamedLine[] = [];
  for await (const { time, text } of readSavedLog(file)) {
    if (since === undefined || Date.parse(time) >= since * 1000) lines.push({ name, time, text });
  }
  return tail === undefined ? lines : tail === 0 ? [] : lines.slice(-tail);
}

interface NamedLine extends LogLine {
  /** Of the container that printed it. */
  readonly name: string;
}

async function readLog(
  engine: ContainerEngine,
  container: FoundContainer,
  options: LogOptions,
  take: (line: NamedLine) => unknown,
): Promise<void> {
  const name = commandLineName(container);
  for await (const line of engine.logs(container.name, options)) take({ ...line, name });
}

/** By time; lines of the same time keep their order. */
export function inOrder<T extends Pick<LogLine, 'time'>>(lines: readonly T[]): readonly T[] {
  return lines.toSorted((one, other) => (one.time < other.time ? -1 : +(one.time > other.time)));
}

/** ISO 8601. */
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/**
 * @param now Milliseconds since the epoch.
 * @returns Seconds since the epoch, whole ones.
 * @throws RollgateError `invalid-option`.
 */
export function sinceOf(text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const ago = now - Number(amount) * (UNITS[unit] ?? 1) * 1000;
  // `Date.parse` alone takes any text with a digit, such as -5, for a date.
  const then = amount !== undefined ? ago : TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(then)) return Math.floor(then / 1000);
  throw new RollgateError('invalid-option', `--since ${shortened(text)} is not a time`, {
    kind: 'usage',
    hint: 'Give seconds ago (90, or 90s), 5m, 2h, or a time such as 2026-01-31T12:00:00Z',
  });
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 0) return number;
  const found = JSON.stringify(shortened(text));
  throw new RollgateError(
    'invalid-option',
    `${option}: expected a number of lines, found ${found}`,
    {
      kind: 'usage',
    },
  );
}
