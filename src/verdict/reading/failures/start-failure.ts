import type { LogFinding } from '../../../events/event.ts';
import { seconds } from '../../../text/seconds.ts';
import type { Life } from '../../history/services/life.ts';
import type { StepInterval } from '../../history/steps.ts';
import type { Reading } from '../reading.ts';
import { headlined } from './headlined.ts';
import { lostInfrastructure } from './lab-lost.ts';

/** Codes of a step's error that mean: the container ran, but its service did not serve. */
const DID_NOT_SERVE: ReadonlySet<string> = new Set(['not-ready', 'did-not-serve']);

/**
 * The steps in which a service of the target was started but never served, each as a sentence. This
 * is a failure of the upgrade; any other error of a step is a failure of the harness.
 */
export function startFailures(reading: Reading): readonly string[] {
  return stepsThatStartedNothing(reading).map(({ text }) => text);
}

/** A step that failed to start its service. */
export interface StartFailure {
  readonly step: StepInterval;
  readonly text: string;
  /** The first error that the service itself logged in the step. */
  readonly why: LogFinding | undefined;
}

export function stepsThatStartedNothing(reading: Reading): readonly StartFailure[] {
  return reading.steps.all.flatMap((step) => {
    const { id, name, to, status, error } = step;
    if (status !== 'failed' || error === null || !DID_NOT_SERVE.has(error.code)) return [];
    if (lostInfrastructure(step, reading)) return [];
    const missing = notServing(step, reading);
    if (missing === null) return [];
    const { who } = missing;
    const why = firstErrorOf(missing, step, reading);
    const reason = why === undefined ? headlined(error.message) : why.title;
    const text = `${who} did not serve (step ${id}, ${name}, at ${seconds(to ?? 0)}): ${reason}`;
    return [{ step, text, why }];
  });
}

/** The first error is the one that stopped the service; later ones follow from it. */
function firstErrorOf(
  { logged }: NotServing,
  { from, to }: StepInterval,
  { events }: Reading,
): LogFinding | undefined {
  return events
    .filter((event) => event.type === 'log-finding')
    .find(
      (event) =>
        event.severity === 'error' &&
        event.at >= (from ?? Infinity) &&
        event.at <= (to ?? Infinity) &&
        logged(event),
    );
}

/** Services of the target that a step failed to start. */
interface NotServing {
  readonly who: string;
  /** Whether one of them logged it, and not the service that it replaces. */
  readonly logged: (finding: LogFinding) => boolean;
}

/** The service of the target that the step failed to start; `null` if there was none. */
function notServing(
  { kind, from, to, node }: StepInterval,
  { services, infrastructure }: Reading,
): NotServing | null {
  if (kind === 'swap-infrastructure') {
    const swapped = infrastructure.find(
      (one) =>
        one.servingAt === null &&
        one.stoppingAt >= (from ?? Infinity) &&
        one.stoppingAt <= (to ?? Infinity),
    );
    if (swapped === undefined) return null;
    const { service, from: old } = swapped;
    return {
      who: `The new ${service}`,
      logged: (finding) => finding.service === service && finding.version !== old,
    };
  }
  // The reason for a failed `together` is in its parts.
  if (kind !== 'swap' && kind !== 'start' && kind !== 'surge') return null;
  const isOurs = ({ startedAt, servingAt }: Life): boolean =>
    servingAt === null && startedAt >= (from ?? Infinity) && startedAt <= (to ?? Infinity);
  const started = services.lives.filter(isOurs);
  if (started.length > 0) {
    const atTarget = started.filter(({ side }) => side === 'target');
    return atTarget.length === 0
      ? null
      : {
          who: atTarget.map((life) => `${life.name} ${life.label}`).join(', '),
          logged: (finding) => atTarget.some((life) => isOf(finding, life, services.lives)),
        };
  }
  // A container may fail before an event names it; after the first swap it is the target's.
  const swapped = services.firstSwapAt !== null && services.firstSwapAt <= (to ?? -Infinity);
  const who = `A service of the target${node === null ? '' : ` on ${node}`}`;
  return swapped ? { who, logged: () => false } : null;
}

/** A line of the service that was there before may be read after the new one has started. */
function isOf(
  { node, service, at, version }: LogFinding,
  life: Life,
  lives: readonly Life[],
): boolean {
  if (`${node}/${service}` !== life.name || at < life.startedAt) return false;
  const before = lives.filter(
    ({ name, startedAt }) => name === life.name && startedAt < life.startedAt,
  );
  return version === life.version || before.every((one) => one.version !== version);
}
