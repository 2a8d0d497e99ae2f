import { groupBy, mapGroup } from './group.ts';
import type { Reading } from './reading.ts';
import { whereFirst } from './sighting.ts';
import type { Cause } from './verdict.ts';
import { plural, span } from './wording.ts';

/**
 * Lost requests by how they were lost, by which server, in which step; what was lost to the
 * machine's noise apart.
 */
export function lostRequestCauses({ api, steps }: Reading): readonly Cause[] {
  return groupBy(api.lost, ({ causeId }) => causeId).map((lost) => {
    const [first] = lost;
    const sightings = mapGroup(lost, ({ sentAt, node, service, version, operation, detail }) => ({
      at: sentAt,
      node,
      service,
      version,
      sample: detail === null ? operation : `${operation}: ${detail}`,
    }));
    const where = whereFirst(sightings, steps);
    const last = lost.at(-1)?.sentAt ?? first.sentAt;
    const step = steps.all.find(({ id }) => id === first.step);
    return {
      id: first.causeId,
      ...(first.noise
        ? {
            kind: 'machine-noise',
            harm: 'noise' as const,
            title: `Noise of the machine, not of the subject: ${first.cause}`,
          }
        : {
            kind: 'requests-lost',
            harm: 'requests-lost' as const,
            title: `Requests lost: ${first.cause}`,
          }),
      ...where,
      // Of a request that its server's stop broke, the step is that stop's, not the send's.
      step: first.step,
      stepName: step?.name ?? null,
      count: lost.length,
      unit: 'requests',
      evidence: [
        `${plural(lost.length, 'request')}, sent ${span(first.sentAt, last)}; the first is ${first.id}.`,
      ],
    } satisfies Cause;
  });
}
