import { some } from '../../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { halts, stateOf } from './wording.ts';

type BlockedStack = Extract<Stuck, { reason: 'blocked' }>;

/** Database records of the subject that block objects. */
export function blockedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const blocked = stuck.filter((one) => one.reason === 'blocked');
  return groupBy(blocked, (one) => one.blocked.by).map((own) => causeOf(own, reading));
}

function causeOf(own: Group<BlockedStack>, { steps, services }: Reading): FoundCause {
  const kind = 'work-blocked-by-record';
  const [{ blocked }] = own;
  const sightings = mapGroup(own, (one) => ({
    at: one.haltedAt,
    victim: one.object.name,
    node: null,
    service: null,
    version: null,
    sample: stateOf(one, services),
  }));
  const records = own.map(
    ({ object, part, blocked: { detail } }) => `${part} of ${object.name}: ${detail}`,
  );
  return {
    id: slug(kind, blocked.by),
    alike: [blocked.by],
    kind,
    harm: 'stacks-stuck',
    title: `Work waits for ever: ${blocked.by}`,
    ...whereFirst(sightings, steps),
    count: own.length,
    unit: 'stacks',
    evidence: [
      `They came to a halt: ${halts(own)}.`,
      `By the subject's own records: ${some(records, 3)}.`,
    ],
    avoidedBy: blocked.avoidedBy,
  };
}
