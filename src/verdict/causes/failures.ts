import type { FoundCause } from './found.ts';
import { nounOf, titled } from '../words/noun.ts';
import type { EventOf } from '../../events/event.ts';
import { groupBy, mapGroup } from '../history/group.ts';
import type { LedgerObject, Operation } from '../history/ledger.ts';
import type { Reading } from '../reading/reading.ts';
import { migrationFailures } from '../reading/migration-failure.ts';
import { stepsThatStartedNothing, type StartFailure } from '../reading/start-failure.ts';
import { whereFirst } from './sighting.ts';
import { slug } from '../words/slug.ts';
import { some } from '../words/wording.ts';

/** Objects that the subject lost or failed, and integrity that did not hold. */
export function failureCauses(reading: Reading): readonly FoundCause[] {
  return [
    ...endedBadly(
      reading,
      'lost',
      'stacks-lost',
      `The API no longer knows ${nounOf(reading.start)}s that it accepted`,
    ),
    ...endedBadly(reading, 'failed', 'stacks-failed', `${titled(nounOf(reading.start))} failed`),
    ...brokenIntegrity(reading),
  ];
}

interface Bad {
  readonly object: LedgerObject;
  readonly operation: Operation;
}

function endedBadly(
  { start, ledger, steps }: Reading,
  outcome: 'lost' | 'failed',
  harm: 'stacks-lost' | 'stacks-failed',
  title: string,
): readonly FoundCause[] {
  const bad = ledger.objects.flatMap((object): readonly Bad[] => {
    const operation = object.operations.find((one) => one.outcome === outcome);
    return object.outcome === outcome && operation !== undefined ? [{ object, operation }] : [];
  });
  const key = ({ operation }: Bad): string =>
    slug(`stack-${outcome}`, operation.action, anonymous(operation.settled?.status ?? ''));
  return groupBy(bad, key).map((own) => {
    const [{ operation }] = own;
    const sightings = mapGroup(own, ({ object, operation }) => ({
      at: operation.sentAt,
      victim: object.name,
      node: null,
      service: null,
      version: operation.version,
      sample: `${object.name}: ${operation.settled?.status ?? ''}`,
    }));
    return {
      id: key(own[0]),
      alike: [operation.action, anonymous(operation.settled?.status ?? '')],
      kind: `stack-${outcome}`,
      harm,
      title: `${title}: ${operation.action}`,
      ...whereFirst(sightings, steps),
      count: own.length,
      unit: 'stacks',
      evidence: [`${titled(nounOf(start))}: ${some(own.map(({ object }) => object.name))}.`],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

/** A status without what differs from stack to stack, so that like failures are one cause. */
function anonymous(status: string): string {
  return status
    .replaceAll(/["'][^"']*["']/g, '')
    .replaceAll(/\S*\d\S*/g, '')
    .slice(0, 60);
}

function brokenIntegrity({ events, steps }: Reading): readonly FoundCause[] {
  const broken = events
    .filter((event) => event.type === 'integrity-checked')
    .filter(({ ok }) => !ok);
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
      evidence: [`Objects: ${some([...new Set(own.map(({ object }) => object))])}.`],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

/**
 * What broke the upgrade itself: a service of the target that did not come to serve, and a schema
 * that could not be moved. All that was lost afterwards follows from it.
 */
export function brokenUpgradeCauses(reading: Reading): readonly FoundCause[] {
  const failedSync = reading.steps.all.find(
    ({ kind, status }) => kind === 'db-sync' && status === 'failed',
  );
  return [
    ...stepsThatStartedNothing(reading).map((failure) =>
      brokenUpgrade('target-did-not-serve', failure),
    ),
    ...migrationFailures(reading).map((text) =>
      brokenUpgrade('migration-failed', { text, step: failedSync, why: undefined }),
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
