import { openEngine } from '../../../runs/provision.ts';
import type {
  ContainerEngine,
  FoundContainer,
  LogLine,
  LogOptions,
} from '../../../containers/port.ts';
import { RollgateError } from '../../../errors.ts';
import { readInfrastructureLabel, readServiceLabels } from '../../../lab/labels.ts';
import type { LabSummary } from '../../../lab/find.ts';
import { instanceName } from '../../../scenario/topology/topology.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';

/** What a container is called on the command line: `node1/heat-engine`, `mysql`. */
export function nameOf({ labels, name }: FoundContainer): string {
  const service = readServiceLabels(labels);
  return service === undefined
    ? (readInfrastructureLabel(labels) ?? name)
    : instanceName(service.instance);
}

/** The containers of a lab that fit: by full name, node, or service. */
export function containersNamed(
  lab: LabSummary,
  filter: { readonly names: readonly string[]; readonly node?: string; readonly service?: string },
): readonly FoundContainer[] {
  const all = lab.containers.slice().sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  const chosen = all.filter((container) => {
    const [node, service] = nameOf(container).split('/');
    return (
      (filter.names.length === 0 || filter.names.includes(nameOf(container))) &&
      (filter.node === undefined || filter.node === node) &&
      (filter.service === undefined || filter.service === (service ?? node))
    );
  });
  if (chosen.length > 0) return chosen;
  throw noSuchService(lab, all);
}

function noSuchService(lab: LabSummary, all: readonly FoundContainer[]): RollgateError {
  return new RollgateError('no-such-service', `lab ${lab.name} has no such service`, {
    kind: 'usage',
    hint: `there are: ${all.map(nameOf).join(', ')}`,
  });
}

/**
 * The one container that is meant by a full name, or by a node alone: its engine, else the first.
 * @throws RollgateError `no-such-service` naming those that there are.
 */
export function containerNamed(lab: LabSummary, name: string): FoundContainer {
  const all = containersNamed(lab, { names: [] });
  const ofNode = all.filter(({ labels }) => readServiceLabels(labels)?.instance.node === name);
  const found =
    all.find((one) => nameOf(one) === name) ??
    ofNode.find(({ labels }) => readServiceLabels(labels)?.instance.role === 'engine') ??
    ofNode[0];
  if (found === undefined) throw noSuchService(lab, all);
  return found;
}

/** `rollgate logs`: what the containers print. */
export function addLogs(program: Program, context: CliContext): void {
  program
    .command('logs')
    .description('print the logs of a lab')
    .argument('[services...]', 'e.g. node1/heat-engine, mysql; all unless told')
    .option('--name <name>', 'the lab; not needed where there is only one')
    .option('--node <node>', 'only this node')
    .option('--service <service>', 'only this service, on all nodes')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--since <time>', 'only from then on: 90 (seconds ago), 5m, 2h, or an ISO 8601 time')
    .option('--tail <lines>', 'only the last lines of each')
    .action(async (names, options) => {
      const engine = await openEngine((line) => context.stderr(line));
      const lab = await chosenLab(engine, options.name);
      const containers = containersNamed(lab, {
        names,
        ...(options.node === undefined ? {} : { node: options.node }),
        ...(options.service === undefined ? {} : { service: options.service }),
      });
      const since = options.since === undefined ? undefined : sinceOf(options.since, Date.now());
      const tail = numberOf('--tail', options.tail);
      const log = {
        follow: options.follow ?? false,
        ...(since === undefined ? {} : { since }),
        ...(tail === undefined ? {} : { tail }),
        signal: context.signal,
      };
      const tell = (line: NamedLine): void => {
        context.stdout(containers.length > 1 ? `${line.name} | ${line.text}` : line.text);
      };
      const kept: NamedLine[] = [];
      const take = log.follow ? tell : (line: NamedLine): unknown => kept.push(line);
      await Promise.all(containers.map((one) => readLog(engine, one, log, take)));
      for (const line of inOrder(kept)) tell(line);
    });
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
  const name = nameOf(container);
  for await (const line of engine.logs(container.name, options)) take({ ...line, name });
}

/** By time; lines of the same time, and so a container's own, stay as they were. */
export function inOrder<T extends Pick<LogLine, 'time'>>(lines: readonly T[]): readonly T[] {
  return lines.toSorted((one, other) => (one.time < other.time ? -1 : +(one.time > other.time)));
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/**
 * @param now Milliseconds since the epoch.
 * @returns Seconds since the epoch, whole ones.
 * @throws RollgateError `invalid-option`.
 */
export function sinceOf(text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const then =
    amount === undefined ? Date.parse(text) : now - Number(amount) * (UNITS[unit] ?? 1) * 1000;
  if (Number.isFinite(then)) return Math.floor(then / 1000);
  throw new RollgateError('invalid-option', `--since ${text}: no time is told by that`, {
    kind: 'usage',
    hint: 'give seconds ago (90, or 90s), 5m, 2h, or a time as 2026-01-31T12:00:00Z',
  });
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new RollgateError('invalid-option', `${option} ${text}: a number from 0 on is wanted`, {
    kind: 'usage',
  });
}
