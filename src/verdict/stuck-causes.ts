import type { EventOf } from '../events/event.ts';
import { groupBy, mapGroup, type Group } from './group.ts';
import type { Reading } from './reading.ts';
import { refusalsIn } from './refusal.ts';
import { whereFirst } from './sighting.ts';
import { slug } from './slug.ts';
import { explainStuck, holds, unfinishedOf, type Stuck } from './stuck.ts';
import type { Cause } from './verdict.ts';
import { kindOf, type Life, type Services } from './versions.ts';
import { plural, seconds, some, span } from './wording.ts';

type Finding = EventOf<'log-finding'>;
type Refused = Extract<Stuck, { reason: 'refused' }>;
type Stopped = Extract<Stuck, { reason: 'stopping' }>;

/** Why stacks are stuck, and the log lines that are explained by it. */
export function stuckCauses(reading: Reading): {
  readonly causes: readonly Cause[];
  readonly explained: ReadonlySet<Finding>;
} {
  const stuck = explainStuck(reading);
  const refused = Map.groupBy(
    stuck.filter((one) => one.reason === 'refused'),
    ({ refusal }) => refusalKey(refusal),
  );
  const refusals = refusalsIn(reading.events).filter((one) => refused.has(refusalKey(one)));
  const stopped = stuck.filter((one) => one.reason === 'stopping');
  const unexplained = stuck.filter((one) => one.reason === 'unexplained');
  return {
    causes: [
      ...groupBy(refusals, refusalKey).map((own) =>
        refusedCause(own, refused.get(refusalKey(own[0])) ?? [], reading),
      ),
      ...groupBy(stopped, stopKey).map((own) => stoppedCause(own, reading)),
      ...groupBy(unexplained, () => 'all').map((own) => unexplainedCause(own, reading)),
    ],
    explained: new Set(refusals),
  };
}

/** The engines of a version refuse alike, whatever node they are on. */
function refusalKey({ signature, service, version }: Finding): string {
  return `${signature} ${kindOf(service)} ${version}`;
}

function refusedCause(
  refusals: Group<Finding>,
  stuck: readonly Refused[],
  { steps }: Reading,
): Cause {
  const kind = 'work-refused-after-acknowledgement';
  const [{ service, version, signature }] = refusals;
  const where = whereFirst(refusals, steps);
  const last = refusals.at(-1)?.at ?? where.firstAt;
  return {
    id: slug(kind, kindOf(service), version, signature),
    kind,
    harm: 'stacks-stuck',
    title: `${kindOf(service)} ${version} took work off the queue, then refused its RPC version (${plural(refusals.length, 'refusal')})`,
    ...where,
    count: stuck.length,
    unit: 'stacks',
    evidence: [
      `${plural(refusals.length, 'refusal')} in the logs of ${where.nodes.join(', ')}, ${span(where.firstAt, last)}.`,
      `These stacks came to a halt when a refusal was logged: ${halts(stuck)}.`,
    ],
  };
}

function stopKey({ lives }: Stopped): string {
  return lives.map(({ name, startedAt }) => `${name} ${startedAt}`).join(' ');
}

function stoppedCause(stuck: Group<Stopped>, { steps, services, endAt }: Reading): Cause {
  const kind = 'work-dropped-by-stopping-engine';
  const [{ lives }] = stuck;
  const [life] = lives;
  const { node, service, version } = life;
  const stoppingAt = life.stoppingAt ?? life.startedAt;
  const sightings = mapGroup(stuck, (one) => ({
    at: one.haltedAt,
    node,
    service,
    version,
    sample: sampleOf(one, services),
  }));
  const nodes = [...new Set(lives.map(({ node }) => node))];
  const stops = lives.map(
    (each) =>
      `${each.name} was told to stop at ${seconds(each.stoppingAt ?? each.startedAt)} and had exited at ${seconds(each.stoppedAt ?? endAt)}${exitOf(each)}.`,
  );
  return {
    id: slug(kind, ...lives.map(({ name }) => name), version),
    kind,
    harm: 'stacks-stuck',
    title: `${life.kind} ${version} on ${nodes.join(' or ')} was being stopped and dropped work that it had taken`,
    ...whereFirst(sightings, steps, stoppingAt),
    nodes,
    count: stuck.length,
    unit: 'stacks',
    evidence: [
      ...stops,
      `These stacks came to a halt about then: ${halts(stuck)}.`,
      'Held to be the cause by these times; no log line names the single messages.',
    ],
  };
}

function unexplainedCause(stuck: Group<Stuck>, { steps, services }: Reading): Cause {
  const kind = 'stuck-unexplained';
  const sightings = mapGroup(stuck, (one) => {
    const holder = holderOf(one, services);
    return {
      at: one.haltedAt,
      node: holder?.node ?? null,
      service: holder?.service ?? null,
      version: holder?.version ?? null,
      sample: sampleOf(one, services),
    };
  });
  return {
    id: kind,
    kind,
    harm: 'stacks-stuck',
    title: 'Work came to a halt, and nothing that was seen explains it',
    ...whereFirst(sightings, steps),
    count: stuck.length,
    unit: 'stacks',
    evidence: [
      `They came to a halt: ${halts(stuck)}.`,
      'No service refused a message near it, and no engine was being stopped.',
    ],
  };
}

function exitOf({ exitCode }: Life): string {
  return exitCode === null ? '' : `, exit status ${exitCode}`;
}

function halts(stuck: readonly Stuck[]): string {
  return some(stuck.map(({ object, haltedAt }) => `${object.name} at ${seconds(haltedAt)}`));
}

function holderOf({ object }: Stuck, { lives }: Services): Life | undefined {
  return lives.find((life) => holds(life, object));
}

function sampleOf(stuck: Stuck, services: Services): string {
  const { object } = stuck;
  const status = object.operations.find(({ outcome }) => outcome === 'stuck')?.settled?.status;
  const holder = holderOf(stuck, services);
  const parts = unfinishedOf(object).map(({ part, status, heldBy }) =>
    heldBy === undefined ? `${part} ${status}` : `${part} ${status} held by ${heldBy}`,
  );
  return [
    `${object.name}: ${status ?? 'unknown status'}`,
    ...(parts.length === 0 ? [] : [`unfinished: ${some(parts, 3)}`]),
    ...(holder === undefined ? [] : [`the holder is ${holder.name} ${holder.version}`]),
  ].join('; ');
}
