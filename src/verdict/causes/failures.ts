import type { EventOf } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import { failureOfCheck } from '../history/base/failures.ts';
import { groupBy, mapGroup } from '../history/group.ts';
import { brokenChecks } from '../reading/broken-checks.ts';
import { migrationFailures } from '../reading/failures/migration-failure.ts';
import { stepsThatStartedNothing, type StartFailure } from '../reading/failures/start-failure.ts';
import type { Reading } from '../reading/reading.ts';
import { nounOf, titled } from '../schema/noun.ts';
import { slug } from '../schema/slug.ts';
import type { FoundCause } from './found.ts';
import { ledgerSighting, whereFirst } from './sighting.ts';

/** Objects that the subject lost, and violations of integrity. */
export function failureCauses(reading: Reading): readonly FoundCause[] {
  return [...lostObjects(reading), ...brokenIntegrity(reading)];
}

function lostObjects({ start, ledger, steps }: Reading): readonly FoundCause[] {
  const lost = ledger.objects.flatMap((object) => {
    const operation = object.operations.find(({ outcome }) => outcome === 'lost');
    return object.outcome === 'lost' && operation !== undefined ? [{ object, operation }] : [];
  });
  return groupBy(lost, ({ operation }) => operation.action).map((own) => {
    const [{ operation }] = own;
    const sightings = mapGroup(own, ledgerSighting);
    return {
      id: slug('stack-lost', operation.action),
      alike: [operation.action],
      kind: 'stack-lost',
      harm: 'stacks-lost',
      title: `The API no longer knows ${nounOf(start)}s that it accepted: ${operation.action}`,
      ...whereFirst(sightings, steps),
      count: own.length,
      unit: 'stacks',
      evidence: [`${titled(nounOf(start))}: ${some(own.map(({ object }) => object.name))}.`],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

function brokenIntegrity(reading: Reading): readonly FoundCause[] {
  const { steps, baseFailures } = reading;
  const { ofBase, others } = brokenChecks(reading);
  const broken = [...ofBase, ...others]
    // Failures of the base before the roll are a separate cause.
    .filter(({ check, at }) => at > (failureOfCheck(baseFailures, check)?.until ?? -Infinity));
  return groupBy(broken, ({ check }) => check).map((own) => {
    const [{ check }] = own;
    const sightings = mapGroup(own, ({ at, object, detail }: EventOf<'integrity-checked'>) => ({
      at,
      victim: object,
      node: null,
      service: null,
      version: null,
      sample: `${object}: ${detail}`,
    }));
    return {
      id: slug('integrity', check),
      alike: [check],
      kind: 'integrity-broken',
      harm: 'integrity-broken',
      title: `Does not hold: ${check}`,
      ...whereFirst(sightings, steps),
      count: own.length,
      unit: 'checks',
      evidence: [
        `Objects: ${some([...new Set(own.map(({ object }) => object))])}.`,
        ...heldBefore(check, reading),
      ],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

/** With fewer checks before, it may be chance that none failed. */
const FEWEST_BEFORE = 3;

/** Whether a check held as long as only the base served. */
function heldBefore(check: string, { events, services }: Reading): readonly string[] {
  const from = Math.min(
    ...services.lives.flatMap(({ side, servingAt }) =>
      side === 'target' && servingAt !== null ? [servingAt] : [],
    ),
  );
  const checks = events
    .filter((event) => event.type === 'integrity-checked')
    .filter((event) => event.check === check);
  const before = checks.filter(({ at }) => at < from);
  const since = checks.filter(({ at }) => at >= from);
  if (before.length < FEWEST_BEFORE || before.some(({ ok }) => !ok)) return [];
  const failed = since.filter(({ ok }) => !ok).length;
  return [
    `It held each of ${before.length} times before ${services.labels.target} first served; of ${counted(since.length, 'check')} since then ${failed} failed.`,
  ];
}

/**
 * Failures that broke the upgrade itself: a service of the target that never served, and a schema
 * or data that could not be migrated. All later losses follow from these.
 */
export function brokenUpgradeCauses(reading: Reading): readonly FoundCause[] {
  return [
    ...stepsThatStartedNothing(reading).map((failure) =>
      brokenUpgrade('target-did-not-serve', failure),
    ),
    ...migrationFailures(reading).map((failure) =>
      brokenUpgrade('migration-failed', { ...failure, why: undefined }),
    ),
  ];
}

function brokenUpgrade(
  kind: string,
  {
    step,
    text,
    why,
  }: Pick<StartFailure, 'text' | 'why'> & { readonly step: StartFailure['step'] | undefined },
): FoundCause {
  const [title = text, ...lines] = text.split('\n');
  return {
    id: slug(kind, 'step', step?.id),
    alike: [step?.kind ?? null, why?.signature ?? step?.error?.code ?? null],
    kind,
    harm: 'upgrade-broken',
    title,
    node: step?.node ?? null,
    nodes: step?.node == null ? [] : [step.node],
    service: null,
    version: null,
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    firstAt: step?.from ?? 0,
    victim: null,
    count: 1,
    unit: 'steps',
    sample: why?.sample ?? (lines.join('\n') || (step?.error?.message ?? title)),
    evidence: ['The step failed, and the plan ended there.'],
    avoidedBy: null,
  };
}
