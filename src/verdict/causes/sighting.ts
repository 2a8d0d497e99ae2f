import type { NodeName } from '../../scenario/topology/topology.ts';
import type { Group } from '../history/group.ts';
import type { LedgerObject, Operation } from '../history/ledger.ts';
import type { Steps } from '../history/steps.ts';
import type { Cause } from '../schema/verdict.ts';

/** One occurrence of a cause. */
export interface Sighting {
  /** Milliseconds since the start of the run. */
  readonly at: number;
  readonly node: NodeName | null;
  readonly service: string | null;
  readonly version: string | null;
  readonly sample: string;
  /** The object or the request that it harmed. */
  readonly victim?: string | undefined;
}

/** An operation that ended badly, and for which no log line names a service. */
export function ledgerSighting({
  object,
  operation,
}: {
  readonly object: Pick<LedgerObject, 'name'>;
  readonly operation: Operation;
}): Sighting {
  return {
    at: operation.sentAt,
    victim: object.name,
    node: null,
    service: null,
    version: operation.version,
    sample: `${object.name}: ${operation.settled?.status ?? ''}`,
  };
}

type Where = Pick<
  Cause,
  'node' | 'nodes' | 'service' | 'version' | 'step' | 'stepName' | 'firstAt' | 'sample' | 'victim'
>;

/** Where and at which step something began, from the first of its sightings. */
export function whereFirst(sightings: Group<Sighting>, steps: Steps, stepAt?: number): Where {
  const [some] = sightings;
  const first = sightings.reduce((earliest, one) => (one.at < earliest.at ? one : earliest), some);
  const step = steps.at(stepAt ?? first.at, first.node);
  const inOrder = sightings.toSorted((a, b) => a.at - b.at);
  return {
    node: first.node,
    nodes: [...new Set(inOrder.flatMap(({ node }) => (node === null ? [] : [node])))],
    service: first.service,
    version: first.version,
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    firstAt: first.at,
    sample: first.sample,
    victim: first.victim ?? inOrder.find(({ victim }) => victim !== undefined)?.victim ?? null,
  };
}
