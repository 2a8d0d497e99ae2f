import { some } from '../../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import { stopStep } from '../../history/messages/dropped.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import { isHeldBy, unfinishedOf, type Stuck } from './stuck.ts';
import { endOf, stateOf } from './wording.ts';

type Held = Extract<Stuck, { reason: 'held' }>;

/** Parts of objects that an engine worked on when it ended: no other engine takes them over. */
export function heldCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const held = stuck.filter((one) => one.reason === 'held');
  return groupBy(held, ({ life }) => `${life.name} ${life.startedAt}`).map((own) =>
    causeOf(own, reading),
  );
}

function causeOf(held: Group<Held>, { steps, services, endAt }: Reading): FoundCause {
  const kind = 'work-held-by-gone-engine';
  const [{ life }] = held;
  const { node, service, version } = life;
  const step = stopStep(life, steps);
  const sightings = mapGroup(held, (one) => ({
    at: life.stoppedAt ?? one.haltedAt,
    victim: one.object.name,
    node,
    service,
    version,
    sample: stateOf(one, services),
  }));
  const parts = held.flatMap(({ object }) =>
    unfinishedOf(object)
      .filter((part) => isHeldBy(part, life))
      .map(({ part, status }) => `${part} of ${object.name} (${status})`),
  );
  return {
    id: slug(kind, life.name, version, 'step', step?.id),
    alike: [],
    kind,
    harm: 'stacks-stuck',
    title: `${life.kind} ${version} on ${node} ended while it worked, and no other engine took its work over`,
    ...whereFirst(sightings, steps),
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    count: held.length,
    unit: 'stacks',
    evidence: [endOf(life, endAt), `By the subject's own records it still holds ${some(parts)}.`],
    avoidedBy: null,
  };
}
