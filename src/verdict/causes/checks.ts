import { groupBy, mapGroup } from '../history/group.ts';
import { checkInWords, failedChecks } from '../reading/checks.ts';
import type { Reading } from '../reading/reading.ts';
import { slug } from '../schema/slug.ts';
import type { CheckVerdict } from '../schema/verdict.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** The scenario's own checks that failed, if their failure fails the run: one cause for each check. */
export function checkCauses({ checks, steps }: Reading): readonly FoundCause[] {
  const fromOf = ({ step }: CheckVerdict): number =>
    steps.all.find(({ id }) => id === step)?.from ?? 0;
  return groupBy(failedChecks(checks), ({ name }) => name).map((own): FoundCause => {
    const [{ name, output, log }] = own;
    return {
      id: slug('check-failed', name),
      alike: [name],
      kind: 'check-failed',
      harm: 'integrity-broken',
      title: `A check of the scenario failed: ${name.replace(/^check[^:]*: /, '')}`,
      ...whereFirst(
        mapGroup(own, (check) => ({
          at: fromOf(check),
          node: null,
          service: null,
          version: null,
          sample: check.detail,
        })),
        steps,
      ),
      count: own.length,
      unit: 'checks',
      evidence: [
        ...own.map(checkInWords),
        ...(output === ''
          ? []
          : [`The end of its output: ${output.trim().split('\n').at(-1) ?? ''}`]),
        ...(log === null ? [] : [`All of its output is in ${log}.`]),
      ],
      avoidedBy: null,
    };
  });
}
