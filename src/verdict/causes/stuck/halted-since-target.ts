import { seconds } from '../../../text/seconds.ts';
import { groupBy, mapGroup } from '../../history/group.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import { unfinishedOf, type Stuck } from './stuck.ts';
import { halts, stateOf } from './wording.ts';

/** Operations that halt now and then since the target serves: one cause for all of them. */
export function sinceTargetCauses(
  stuck: readonly Stuck[],
  { services, steps }: Reading,
): readonly FoundCause[] {
  const found = stuck.filter((one) => one.reason === 'since-target');
  return groupBy(found, () => 'all').map((own) => {
    const [{ since }] = own;
    const { target } = services.labels;
    const onlyEnd = own.filter(({ object }) => unfinishedOf(object).length === 0);
    return {
      id: slug('work-halted-since-target', target),
      alike: [],
      kind: 'work-halted-since-target',
      harm: 'stacks-stuck',
      title: `Work comes to a halt now and then since ${target} serves, in ${own.length} of ${since.after} operations`,
      ...whereFirst(
        mapGroup(own, (one) => ({
          at: one.haltedAt,
          victim: one.object.name,
          node: null,
          service: null,
          version: target,
          sample: stateOf(one, services),
        })),
        steps,
      ),
      count: own.length,
      unit: 'stacks',
      evidence: [
        `They came to a halt: ${halts(own)}.`,
        `${target} serves since ${seconds(since.from)}. Before, ${since.before} operations ended and none came to a halt.`,
        ...(onlyEnd.length === 0
          ? []
          : [
              `In ${onlyEnd.length} of them nothing is unfinished: only the operation’s own end is missing.`,
            ]),
        'Near the halts no service refused a message or logged an error about the work. No engine was being stopped, and no process ended by itself.',
      ],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}
