import type { EventOf } from '../../events/event.ts';
import { READINESS_REQUEST } from '../../events/families/request.ts';
import { kindOf } from '../../scenario/topology/topology.ts';
import { counted } from '../../text/counted.ts';
import { groupBy, mapGroup } from '../history/group.ts';
import { labelOf } from '../history/services/services.ts';
import type { Reading } from '../reading/reading.ts';
import { slug } from '../schema/slug.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** A service that now serves got requests before it was ready. */
function isOfReadiness(finding: EventOf<'log-finding'>, services: Reading['services']): boolean {
  return finding.request === READINESS_REQUEST && services.of(finding)?.servingAt !== null;
}

/**
 * Errors in the services' logs, by signature, service and version. Warnings are not causes: a
 * restarting service logs many, and the effects show in objects and requests.
 *
 * @param explained Lines that another cause accounts for.
 */
export function logCauses(
  { events, steps, services }: Reading,
  explained: ReadonlySet<EventOf<'log-finding'>>,
): readonly FoundCause[] {
  const errors = events
    .filter((event) => event.type === 'log-finding')
    .filter((finding) => finding.severity === 'error' && !explained.has(finding))
    .filter((finding) => !isOfReadiness(finding, services));
  const key = (finding: EventOf<'log-finding'>): string =>
    slug('log', finding.signature, kindOf(finding.service), labelOf(finding, services));
  return groupBy(errors, key).map((own) => {
    const [first] = own;
    const where = whereFirst(
      mapGroup(own, (finding) => ({ ...finding, victim: finding.request })),
      steps,
    );
    const before = services.firstSwapAt !== null && where.firstAt < services.firstSwapAt;
    return {
      id: key(first),
      alike: [],
      kind: first.signature,
      harm: 'log-only',
      title: first.title,
      ...where,
      version: labelOf(first, services),
      count: own.length,
      unit: 'log lines',
      evidence: [
        `${counted(own.length, 'line')} in the logs of ${where.nodes.join(', ')}.`,
        ...(before ? ['Seen before the first swap, so the upgrade did not begin it.'] : []),
      ],
      avoidedBy: first.avoidedBy ?? null,
    } satisfies FoundCause;
  });
}
