import type { ContainerEngine } from '../containers/port.ts';
import { needsClient } from '../plan/checkpoints/needs-client.ts';
import type { Plan } from '../plan/plan.ts';
import type { PauseWish } from '../run/pauses.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { subjectNamed } from '../subject/registry.ts';
import { findChangedCode, type CodeChanges } from './changed-code/changed-code.ts';
import { checkedDump, typesIn, type DatabaseDump } from './database-dump.ts';
import { environmentFor, type Environment } from './folder/environment.ts';
import { identifyReleases } from './identify.ts';
import { foresee, type NoForecasts, type Preflight } from './preflight.ts';
import { provision, type Setup } from './provision.ts';

/** One of several consecutive upgrades in one lab. */
export interface PlannedHop {
  /** It begins where the previous one ends. */
  readonly plan: Plan;
  /** The input of the plan: kept in the run's folder, for `rollgate repro`. */
  readonly scenario?: ScenarioInput | undefined;
  /** When to hold the lab as it is, until another process resumes the run. Default: never. */
  readonly pause?: PauseWish | undefined;
}

/** A hop whose images exist, with the facts from them before anything is started. */
export interface ReadyHop extends PlannedHop {
  readonly environment: Environment;
  readonly foreseen: Preflight | NoForecasts | undefined;
}

/** Everything that is known and prepared before the lab starts. */
export interface Ready {
  readonly engine: ContainerEngine;
  readonly first: ReadyHop;
  readonly hops: readonly ReadyHop[];
  /** The initial database of the lab. */
  readonly givenDatabase: DatabaseDump | undefined;
  readonly changed: CodeChanges | undefined;
}

export interface ReadyOptions {
  /** The lab's name. */
  readonly name: string;
  readonly setup?: Setup | undefined;
  /** Compare the images before the lab starts: the verdict has the forecasts. Default: true. */
  readonly preflight?: boolean | undefined;
  /** Gets the forecasts before the lab starts. */
  readonly onPreflight?: ((foreseen: Preflight) => void) | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Provides what the hops need on this machine, and inspects their images. */
export async function makeReady(
  planned: readonly [PlannedHop, ...PlannedHop[]],
  options: ReadyOptions,
): Promise<Ready> {
  const { name, onProgress, signal } = options;
  const [begin] = planned;
  const engine = await provision({
    subject: subjectNamed(begin.plan.subject),
    releases: [begin.plan.base, ...planned.map(({ plan }) => plan.target)],
    client: planned.some(({ plan }) => needsClient(plan)),
    overlays: planned.flatMap(({ plan }) => plan.overlays),
    infrastructure: planned.flatMap(({ plan }) => plan.infrastructure),
    setup: options.setup,
    onProgress,
    signal,
  });
  const identified = await inTurn(planned, async (hop) => ({
    ...hop,
    plan: await identifyReleases(hop.plan, { engine, name, signal }),
  }));
  const described = await inTurn(identified, async (hop) => ({
    ...hop,
    environment: await environmentFor(hop.plan),
  }));
  const [{ plan }] = described;
  const givenDatabase = await checkedDump({ engine, plan, name, signal });
  const types = typesIn(givenDatabase);
  const hops = await inTurn(described, async (hop) => ({
    ...hop,
    foreseen: await foresee({ engine, plan: hop.plan, types, name, signal }, options),
  }));
  // The lab of a chain stays, and with it the reports of its services.
  const changed =
    hops.length === 1
      ? await findChangedCode({ engine, plan, name, onProgress, signal })
      : undefined;
  return { engine, first: hops[0], hops, givenDatabase, changed };
}

/** One after the other, because two at a time would slow each other down on two cores. */
async function inTurn<From, To>(
  [first, ...others]: readonly [From, ...From[]],
  work: (one: From) => Promise<To>,
): Promise<[To, ...To[]]> {
  const done: [To, ...To[]] = [await work(first)];
  for (const one of others) done.push(await work(one));
  return done;
}
