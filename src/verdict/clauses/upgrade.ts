import { nounOf } from '../words/noun.ts';
import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Operation } from '../history/ledger.ts';
import type { Reading } from '../reading/reading.ts';
import { startFailures } from '../reading/start-failure.ts';
import type { Clause } from '../schema/verdict.ts';
import type { Life } from '../history/versions.ts';
import { restartInWords } from '../words/restart.ts';
import { headlined, plural, seconds, some } from '../words/wording.ts';
import { checkClause } from './checks.ts';
import { failed, notProven, proven } from './clause.ts';

/** What a cold upgrade has to show. */
export function upgradeClauses(reading: Reading): readonly Clause[] {
  const checks = checkClause(reading, 'The scenario’s checks hold at the target', ['after']);
  if (reading.onlyInfrastructure) {
    return [
      runCompleted(reading),
      infrastructureAtTarget(reading),
      madeBeforeWorksAfter(reading),
      integrity(reading),
      ...checks,
    ];
  }
  return [
    ...(reading.services.nothingNew ? [somethingUpgraded(reading)] : []),
    runCompleted(reading),
    servicesAtTarget(reading),
    stopsGracefully(reading),
    // Where the configuration is what is upgraded, the schema has nowhere to go.
    ...(reading.start.configurationChanges === undefined
      ? [schemaMoved(reading), configurationUnchanged(reading)]
      : [configurationChanged(reading)]),
    madeBeforeWorksAfter(reading),
    integrity(reading),
    ...(reading.infrastructure.length > 0 ? [infrastructureAtTarget(reading)] : []),
    ...checks,
  ];
}

/** A restart proves no upgrade, however well it went. */
function somethingUpgraded({ start }: Reading): Clause {
  return notProven(
    { id: 'something-upgraded', title: 'Base and target are two releases' },
    restartInWords(start),
  );
}

/** What a run that broke off showed until then may still have changed: it proves no tag. */
function runCompleted({ finish, steps }: Reading): Clause {
  const claim = { id: 'run-completed', title: 'The plan was carried out to its end' };
  if (finish === undefined) return notProven(claim, 'The events break off.');
  const done = steps.all.filter(({ status }) => status === 'done').length;
  const evidence = `${done} of ${plural(steps.all.length, 'step')} done.`;
  return finish.outcome === 'completed'
    ? proven(claim, evidence)
    : notProven(
        claim,
        finish.outcome === 'aborted'
          ? `The run was aborted: ${evidence}`
          : `The run failed: ${evidence}`,
      );
}

const BRINGS_TO_TARGET: readonly string[] = ['swap', 'start', 'surge'];

function servicesAtTarget(reading: Reading): Clause {
  const claim = { id: 'services-at-target', title: 'Every service serves at the target’s version' };
  const { services, finish } = reading;
  const version = services.labels.target;
  const judged = services.last.map((life) => ({ life, fault: faultOf(life, version) }));
  const evidence = judged.map(({ life, fault }) => fault ?? servedAt(life));
  if (judged.length === 0) return notProven(claim, 'No service was seen.');
  const kinds = reading.steps.all.map(({ kind }) => kind);
  if (kinds.length > 0 && !kinds.some((kind) => BRINGS_TO_TARGET.includes(kind))) {
    return notProven(claim, 'The plan brings no service to the target.');
  }
  const notStarted = startFailures(reading);
  if (notStarted.length > 0) return failed(claim, ...notStarted, ...evidence);
  const faults = judged.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  if (faults.length === 0) return proven(claim, ...evidence);
  const atWrongVersion = services.last.some(({ side }) => side === 'other');
  return finish?.outcome === 'completed' || atWrongVersion
    ? failed(claim, ...faults)
    : notProven(claim, 'The run ended before every service was swapped.', ...faults);
}

function servedAt({ name, label, servingAt }: Life): string {
  return `${name} serves ${label} since ${seconds(servingAt ?? 0)}.`;
}

/** What is wrong with a service's last life, or `null`. */
function faultOf(life: Life, expected: string): string | null {
  const { name, version, label, side, servingAt, stoppingAt, stoppedAt, exitCode } = life;
  if (side === 'other') return `${name} runs ${version} where ${expected} was expected.`;
  if (side === 'base') return `${name} was never swapped: it is still at ${label}.`;
  if (servingAt === null) return `${name} was started at ${label} and did not serve.`;
  if (stoppedAt !== null && stoppingAt === null) {
    return `${name} ${label} exited by itself at ${seconds(stoppedAt)} with status ${exitCode ?? 'unknown'}.`;
  }
  return null;
}

/** 128 and SIGKILL. */
const KILLED = 137;

/**
 * Grenade fails an upgrade in which a service is still there after it was stopped
 * (`ensure_services_stopped`, in the shutdown.sh of its plugins).
 */
function stopsGracefully({ events }: Reading): Clause {
  const claim = {
    id: 'stops-gracefully',
    title: 'Every service that is stopped ends before it is killed',
  };
  // A fault that kills a service asks for no stop.
  const stops = events
    .filter((event) => event.type === 'service-stopped')
    .filter((stop) => beginningOf(stop, events)?.type === 'service-stopping');
  const killed = stops.filter(({ exitCode, outOfMemory }) => exitCode === KILLED && !outOfMemory);
  if (stops.length === 0) return notProven(claim, 'No service was stopped.');
  const longest = Math.max(...stops.map((stop) => stop.seconds));
  return killed.length === 0
    ? proven(claim, `${plural(stops.length, 'stop')}, the longest ${longest.toFixed(1)} s.`)
    : failed(claim, ...killed.map((stop) => killedIn(stop, events)));
}

/** What began the end of a service: the request to stop, or its own start where there was none. */
function beginningOf(
  { node, service, at }: EventOf<'service-stopped'>,
  events: readonly RunEvent[],
): EventOf<'service-stopping' | 'service-started'> | undefined {
  return events.findLast(
    (event): event is EventOf<'service-stopping' | 'service-started'> =>
      (event.type === 'service-stopping' || event.type === 'service-started') &&
      event.node === node &&
      event.service === service &&
      event.at <= at,
  );
}

function killedIn(stop: EventOf<'service-stopped'>, events: readonly RunEvent[]): string {
  const { node, service, version, at } = stop;
  const told = beginningOf(stop, events);
  return `${node}/${service} ${version} was asked to stop at ${seconds(told?.at ?? at)}, did not end and was killed at ${seconds(at)}.`;
}

function schemaMoved({ steps, events }: Reading): Clause {
  const claim = { id: 'schema-moved', title: 'The schema moved to the target’s' };
  const syncs = steps.all.filter(({ kind }) => kind === 'db-sync');
  const broken = syncs.find(({ status }) => status === 'failed');
  if (broken !== undefined) {
    return failed(
      claim,
      `Step ${broken.id} (${broken.name}) failed: ${headlined(broken.error?.message ?? '')}`,
    );
  }
  const done = syncs.find(({ status }) => status === 'done');
  if (done === undefined) return notProven(claim, 'No step that moves the schema was carried out.');
  const seen = events.filter((event) => event.type === 'schema-seen');
  const target = seen.findLast(({ release }) => release === 'target');
  if (target === undefined) {
    return notProven(claim, 'The database’s revision was not seen after the schema was moved.');
  }
  const base = seen.find(({ release }) => release === 'base');
  return proven(
    claim,
    `Step ${done.id} (${done.name}) is done.`,
    base === undefined
      ? `The database is at revision ${target.revision}.`
      : `The database went from revision ${base.revision} to ${target.revision}.`,
  );
}

function configurationUnchanged(reading: Reading): Clause {
  const claim = {
    id: 'configuration-unchanged',
    title: 'The target runs with the base’s configuration',
  };
  const broken = startFailures(reading);
  if (broken.length > 0) return failed(claim, ...broken);
  const changed = reading.steps.all.find(({ kind }) => kind === 'set-options');
  if (changed !== undefined) {
    return notProven(claim, `The plan changes it: step ${changed.id} (${changed.name}).`);
  }
  const pinned = pinsIn(reading);
  if (pinned.left !== null) return notProven(claim, pinned.left);
  const { optionsOfOneSide = [] } = reading.start;
  if (optionsOfOneSide.length > 0) {
    return notProven(claim, `The plan changes it: ${some(optionsOfOneSide)}.`);
  }
  const swapped = reading.services.last.filter(
    ({ side, servingAt }) => side === 'target' && servingAt !== null,
  );
  if (swapped.length === 0) return notProven(claim, 'No service was seen serving at the target.');
  const { deployer } = reading.start;
  return swapped.length === reading.services.last.length
    ? proven(
        claim,
        `All ${plural(swapped.length, 'service')} started and serve with the configuration that the base ran with.`,
        ...(deployer === undefined || deployer.changes.length === 0
          ? []
          : [
              `Apart from what ${deployer.name} itself changes from ${deployer.base} to ${deployer.target}: ${some(deployer.changes, 10)}.`,
            ]),
        ...pinned.evidence,
        'They serve with it; silently ignored options are not checked.',
      )
    : notProven(
        claim,
        `Only ${swapped.length} of ${plural(reading.services.last.length, 'service')} were seen serving at the target.`,
      );
}

/** A change of configuration: every service runs with what the target has and the base had not. */
function configurationChanged(reading: Reading): Clause {
  const changes = reading.start.configurationChanges ?? [];
  const claim = { id: 'configuration-changed', title: 'Every service runs with configuration B' };
  const broken = startFailures(reading);
  if (broken.length > 0) return failed(claim, ...broken);
  const { last } = reading.services;
  const changed = last.filter(({ side, servingAt }) => side === 'target' && servingAt !== null);
  const what = `Configuration A → B: ${some(changes, 10)}.`;
  return changed.length === last.length && last.length > 0
    ? proven(claim, what, `All ${plural(last.length, 'service')} started with it and serve.`)
    : notProven(
        claim,
        what,
        `${changed.length} of ${plural(last.length, 'service')} serve with B.`,
      );
}

/** Infrastructure that is to be swapped serves at another version than before. */
function infrastructureAtTarget({ infrastructure, start, steps }: Reading): Clause {
  const claim = {
    id: 'infrastructure-at-target',
    title: 'Infrastructure that was swapped serves at its new version',
  };
  const broken = steps.all.find(
    ({ kind, status }) => kind === 'swap-infrastructure' && status === 'failed',
  );
  if (broken !== undefined) {
    return failed(
      claim,
      `Step ${broken.id} (${broken.name}) failed: ${headlined(broken.error?.message ?? '')}`,
    );
  }
  const wanted = (start.infrastructure ?? []).map(({ service }) => service);
  const evidence = infrastructure.map(
    ({ service, from, to, stoppingAt, servingAt }) =>
      `${service} ${from} → ${to ?? 'nothing that serves'}, in ${seconds((servingAt ?? stoppingAt) - stoppingAt)}.`,
  );
  const missing = wanted.filter(
    (name) => !infrastructure.some(({ service, to }) => service === name && to !== null),
  );
  if (missing.length > 0) return notProven(claim, `Not swapped: ${some(missing)}.`, ...evidence);
  const same = infrastructure.filter(({ from, to }) => from === to);
  return same.length > 0
    ? notProven(
        claim,
        `The same version before and after: ${some(same.map(({ service }) => service))}.`,
        ...evidence,
      )
    : proven(claim, ...evidence);
}

/** A pin is part of a rolling upgrade, as long as it is taken away again before its end. */
function pinsIn({ steps }: Reading): {
  readonly left: string | null;
  readonly evidence: readonly string[];
} {
  const pin = steps.all.find(({ kind }) => kind === 'pin');
  if (pin === undefined) return { left: null, evidence: [] };
  const unpin = steps.all.findLast(({ kind, status }) => kind === 'unpin' && status === 'done');
  return unpin === undefined
    ? { left: `The plan leaves a pin: step ${pin.id} (${pin.name}).`, evidence: [] }
    : {
        left: null,
        evidence: [`Pinned from step ${pin.id} (${pin.name}) until step ${unpin.id}.`],
      };
}

/**
 * Looks at what was sent after the last swap. What was under way during the swaps is the
 * business of the rolling and the zero-downtime tag: a cold upgrade may interrupt it. But a
 * stack that was there before and that the API no longer knows is lost data, whenever it went.
 */
function madeBeforeWorksAfter({ ledger, services, start }: Reading): Clause {
  const claim = {
    id: 'made-before-works-after',
    title: 'Objects made before the first swap work after the last',
  };
  const { firstSwapAt, lastSwapAt } = services;
  if (firstSwapAt === null || lastSwapAt === null) return notProven(claim, 'Nothing was swapped.');
  const noun = nounOf(start);
  const carried = ledger.objects.filter(({ name }) => start.carried?.includes(name));
  const madeBefore = ledger.objects.filter(
    (object) =>
      carried.includes(object) ||
      object.operations.some(
        ({ action, outcome, settled }) =>
          action === 'create' &&
          outcome === 'completed' &&
          settled !== null &&
          (settled.lastProgressAt ?? settled.at) < firstSwapAt,
      ),
  );
  const lost = madeBefore.filter(({ outcome }) => outcome === 'lost');
  const after = madeBefore.flatMap(({ operations }) =>
    operations.filter(({ action, sentAt }) => action !== 'create' && sentAt >= lastSwapAt),
  );
  const bad = after.filter(({ outcome }) => outcome === 'failed' || outcome === 'stuck');
  if (lost.length > 0 || bad.length > 0) {
    return failed(
      claim,
      ...lost.map(({ name }) => `${name} was made before and the API no longer knows it.`),
      ...bad.map(({ object, action, outcome }) => `${action} of ${object} after it: ${outcome}.`),
    );
  }
  const completed = after.filter(({ outcome }) => outcome === 'completed');
  const interrupted = madeBefore.filter(
    ({ outcome }) => outcome === 'stuck' || outcome === 'failed',
  ).length;
  const notes = [
    ...(interrupted === 0
      ? []
      : [
          `${plural(interrupted, noun)} made before did not get over what was done during the swaps.`,
        ]),
    ...(carried.length === 0
      ? []
      : [`${plural(carried.length, noun)} of them lived through the upgrade before this one.`]),
  ];
  if (completed.length === 0) {
    return notProven(
      claim,
      madeBefore.length === 0
        ? `No ${noun} was completed before the first swap.`
        : `Of ${plural(madeBefore.length, noun)} made before, none was changed after the last swap.`,
      ...notes,
    );
  }
  const unknown = after.filter(({ outcome }) => outcome === 'unsettled');
  if (unknown.length > 0) {
    return notProven(
      claim,
      `The outcome of ${some(unknown.map(describe))} is not known.`,
      ...notes,
    );
  }
  const objects = new Set(completed.map(({ object }) => object));
  return proven(
    claim,
    `${plural(completed.length, 'operation')} on ${plural(objects.size, noun)} made before completed after the last swap: ${some(completed.map(describe))}.`,
    ...notes,
  );
}

function describe({ action, object }: Operation): string {
  return `${action} of ${object}`;
}

function integrity({ events }: Reading): Clause {
  const claim = { id: 'integrity', title: 'What must not change did not change' };
  const checks = events.filter((event) => event.type === 'integrity-checked');
  const broken = checks.filter(({ ok }) => !ok);
  if (broken.length > 0) {
    return failed(
      claim,
      ...broken.slice(0, 10).map(({ check, object, detail }) => `${check}, ${object}: ${detail}`),
    );
  }
  if (checks.length === 0) return notProven(claim, 'Nothing was checked.');
  const kinds = [...Map.groupBy(checks, ({ check }) => check)];
  return proven(
    claim,
    ...kinds.map(([check, own]) => `${check}: ${plural(own.length, 'check')} held.`),
  );
}
