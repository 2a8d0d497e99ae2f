import { counted } from '../../../counted.ts';
import { kindOf } from '../../../scenario/topology/topology.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../words/noun.ts';
import { slug } from '../../words/slug.ts';
import { seconds } from '../../words/wording.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { halts } from './wording.ts';

type Died = Extract<Stuck, { reason: 'died' }>;

/** Stacks whose work went with a process of an engine that ended by itself. */
export function diedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const died = stuck.filter((one) => one.reason === 'died');
  return groupBy(died, ({ death }) =>
    slug(death.signature, kindOf(death.service), death.version),
  ).map((own) => causeOf(own, reading));
}

function causeOf(own: Group<Died>, { start, steps }: Reading): FoundCause {
  const kind = 'work-lost-with-process';
  const [{ death }] = own;
  const { service, signature, version } = death;
  const deaths = [...new Set(own.map((one) => one.death))];
  return {
    id: slug(kind, signature, kindOf(service), version),
    alike: [signature],
    kind,
    harm: 'stacks-stuck',
    title: `A process of ${kindOf(service)} ${version} ended by itself, and its work was lost`,
    ...whereFirst(
      mapGroup(own, ({ object, death: { at, node, sample } }) => ({
        victim: object.name,
        at,
        node,
        service,
        version,
        sample,
      })),
      steps,
    ),
    count: own.length,
    unit: 'stacks',
    evidence: [
      `${counted(own.length, nounOf(start))} came to a halt: ${halts(own)}.`,
      `A process of an engine ended at about that time: ${deaths.map(({ at, node, service: engine }) => `${node}/${engine} at ${seconds(at)}`).join(', ')}.`,
      'No message, record or log line names what the process was working on, so the time decides.',
    ],
    avoidedBy: death.avoidedBy ?? null,
  };
}
