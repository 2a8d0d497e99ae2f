import { some } from '../../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { halts, stateOf } from './wording.ts';

type OneRelease = Extract<Stuck, { reason: 'one-release' }>;

/** Operations that halted only in one release, one cause for each kind of action. */
export function haltedInReleaseCauses(
  stuck: readonly Stuck[],
  reading: Reading,
): readonly FoundCause[] {
  const own = stuck.filter((one) => one.reason === 'one-release');
  return groupBy(own, ({ operation, engine }) => `${operation.action} ${engine.label}`).map(
    (group) => causeOf(group, reading),
  );
}

function causeOf(own: Group<OneRelease>, { services, steps, ledger }: Reading): FoundCause {
  const kind = 'work-halted-in-release';
  const [{ operation, engine }] = own;
  const completed = ledger.operations.filter(
    ({ action, outcome }) => action === operation.action && outcome === 'completed',
  ).length;
  return {
    id: slug(kind, operation.action, engine.label),
    alike: [operation.action],
    kind,
    harm: 'stacks-stuck',
    title: `${operation.action} came to a halt wherever ${engine.kind} ${engine.label} had taken the call`,
    ...whereFirst(
      mapGroup(own, (one) => ({
        at: one.haltedAt,
        victim: one.object.name,
        node: one.engine.node,
        service: one.engine.service,
        version: one.engine.label,
        sample: stateOf(one, services),
      })),
      steps,
    ),
    count: own.length,
    unit: 'stacks',
    evidence: [
      `They came to a halt: ${halts(own)}.`,
      `The calls were taken by: ${some(own.map((one) => `${one.engine.name} (${one.operation.request})`))}.`,
      `${engine.label} completed none; the other release ${completed === 0 ? 'got none' : `completed ${completed} of ${completed}`}.`,
    ],
    avoidedBy: null,
  };
}
