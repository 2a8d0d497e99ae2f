import { some } from '../../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { stateOf } from './wording.ts';

type NeverBegun = Extract<Stuck, { reason: 'never-begun' }>;

/** Operations that the API accepted but no engine began, one cause for each kind of action. */
export function neverBegunCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const own = stuck.filter((one) => one.reason === 'never-begun');
  return groupBy(own, ({ operation }) => operation.action).map((group) => causeOf(group, reading));
}

function causeOf(own: Group<NeverBegun>, { services, steps, answerers }: Reading): FoundCause {
  const kind = 'work-never-begun';
  const [{ operation }] = own;
  const requests = own.map(({ object, operation: { server, request } }) => {
    const engine = answerers.engineOf(request);
    const taken = engine === undefined ? '' : `, whose call ${engine.name} ${engine.label} took`;
    return `${object.name} by ${server ?? 'an API'} (${request})${taken}`;
  });
  return {
    id: slug(kind, operation.action),
    alike: [operation.action],
    kind,
    harm: 'stacks-stuck',
    title: `${operation.action} was accepted, and no engine began it`,
    ...whereFirst(
      mapGroup(own, (one) => {
        const { server, sentAt } = one.operation;
        const api = server === null ? undefined : services.at(server, sentAt);
        const place = answerers.engineOf(one.operation.request) ?? api;
        return {
          at: sentAt,
          victim: one.object.name,
          node: place?.node ?? null,
          service: place?.service ?? null,
          version: place?.label ?? null,
          sample: stateOf(one, services),
        };
      }),
      steps,
    ),
    count: own.length,
    unit: 'stacks',
    evidence: [
      `Accepted: ${some(requests)}.`,
      'Since then the subject wrote no event about them, and their status is still the previous one.',
      'The engine answered the call, so a message that was lost later does not explain it.',
    ],
    avoidedBy: null,
  };
}
