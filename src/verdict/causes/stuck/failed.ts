import { kindOf } from '../../../scenario/topology/topology.ts';
import { counted, some } from '../../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../schema/noun.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { halts } from './wording.ts';

type Failed = Extract<Stuck, { reason: 'failed' }>;

/** Objects on which an engine failed, by the error that it logged. */
export function failedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const failed = stuck.filter((one) => one.reason === 'failed');
  return groupBy(failed, ({ error }) =>
    slug(error.signature, kindOf(error.service), error.version),
  ).map((own) => causeOf(own, reading));
}

function causeOf(own: Group<Failed>, { start, steps }: Reading): FoundCause {
  const kind = 'work-failed-in-engine';
  const [{ error }] = own;
  const nodes = [...new Set(own.map((one) => one.error.node))];
  return {
    id: slug(kind, error.signature, kindOf(error.service), error.version),
    alike: [error.signature],
    kind,
    harm: 'stacks-stuck',
    title: `${kindOf(error.service)} ${error.version} failed at work and left it unfinished: ${error.title}`,
    ...whereFirst(
      mapGroup(own, (one) => ({ ...one.error, victim: one.object.name })),
      steps,
    ),
    count: own.length,
    unit: 'stacks',
    evidence: [
      `${counted(own.length, nounOf(start))} came to a halt: ${halts(own)}.`,
      `The engine’s log on ${nodes.join(', ')} names each of them, or a request on it, with the error: ${some(own.map(({ object, error: { request } }) => `${object.name}${request === undefined ? '' : ` (${request})`}`))}.`,
    ],
    avoidedBy: error.avoidedBy ?? null,
  };
}
