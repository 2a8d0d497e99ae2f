import { counted, some } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import { appetiteInWords } from '../history/appetite.ts';
import type { Life } from '../history/services/life.ts';
import { headlined } from '../reading/failures/headlined.ts';
import { startFailures } from '../reading/failures/start-failure.ts';
import { killedInWords, requestedStops } from '../reading/killed-stops.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause } from '../schema/verdict.ts';
import { checkClause } from './checks.ts';
import { failed, notProven, proven } from './clause.ts';
import { configurationChanged, configurationUnchanged } from './configuration.ts';
import { integrity, madeBeforeWorksAfter } from './data.ts';
import { restartInWords } from './restart.ts';

/** The conditions of a cold upgrade. */
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
    ...usesNoMore(reading),
    // If the configuration is the upgrade, there is no schema to move.
    ...(reading.start.configurationChanges === undefined
      ? [schemaMoved(reading), ...dataMigrated(reading), configurationUnchanged(reading)]
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

/** A run that broke off might have failed later, so it proves no tag. */
function runCompleted({ finish, steps }: Reading): Clause {
  const claim = { id: 'run-completed', title: 'The plan was carried out to its end' };
  if (finish === undefined) return notProven(claim, 'The events break off.');
  const done = steps.all.filter(({ status }) => status === 'done').length;
  const evidence = `${done} of ${counted(steps.all.length, 'step')} done.`;
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

/** The fault of a service's last life, or `null`. */
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

/**
 * Grenade fails an upgrade if a service still runs after it was stopped (`ensure_services_stopped`,
 * in the shutdown.sh of its plugins).
 */
function stopsGracefully({ events, killedStops }: Reading): Clause {
  const claim = {
    id: 'stops-gracefully',
    title: 'Every service that is stopped ends before it is killed',
  };
  const stops = requestedStops(events);
  if (stops.length === 0) return notProven(claim, 'No service was stopped.');
  const killed = killedStops.filter(({ perhapsNoise }) => !perhapsNoise).map(killedInWords);
  const noted = killedStops
    .filter(({ perhapsNoise }) => perhapsNoise)
    .map(
      (stop) =>
        `${killedInWords(stop)} The machine was too slow for ${seconds(stop.slowMs)} of that time.`,
    );
  if (killed.length > 0) return failed(claim, ...killed, ...noted);
  const [first, ...rest] = noted;
  if (first !== undefined) return notProven(claim, first, ...rest);
  const longest = Math.max(...stops.map(({ stopped }) => stopped.seconds));
  return proven(claim, `${counted(stops.length, 'stop')}, the longest ${longest.toFixed(1)} s.`);
}

/** A target whose services were not watched for long enough is not judged. */
function usesNoMore({ appetites }: Reading): readonly Clause[] {
  const claim = {
    id: 'uses-no-more',
    title: 'No service of the target uses far more CPU or memory than the base’s',
  };
  return appetites.length === 0 ? [] : [failed(claim, ...appetites.map(appetiteInWords))];
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

/** For a plan that migrates data online. */
function dataMigrated({ steps }: Reading): readonly Clause[] {
  const claim = { id: 'data-migrated', title: 'The data were migrated online' };
  const migrations = steps.all.filter(({ kind }) => kind === 'migrate-data');
  const [last] = migrations.slice(-1);
  if (last === undefined) return [];
  const broken = migrations.find(({ status }) => status === 'failed') ?? last;
  const step = `Step ${broken.id} (${broken.name})`;
  if (broken.status === 'failed') {
    return [failed(claim, `${step} failed: ${headlined(broken.error?.message ?? '')}`)];
  }
  return [
    broken.status === 'done'
      ? proven(claim, `${step} is done.`)
      : notProven(claim, `${step} was not carried out.`),
  ];
}

/** Infrastructure that the plan swaps serves at another version than before. */
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
  const wanted = (start.infrastructure ?? []).flatMap(
    ({ service, servers = [service] }) => servers,
  );
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
