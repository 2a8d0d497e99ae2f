import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFile, tryLock, unlock } from '../containers/host/process-lock.ts';
import { RollgateError } from '../errors.ts';

/** How many labs the processes of this machine may have at once, if it is set. */
export const LABS_VARIABLE = 'ROLLGATE_LABS';

/**
 * A lab keeps two cores busy. With fewer cores, the lab measures the machine and not the subject.
 */
const CORES_PER_LAB = 2;
const MOST_LABS = 64;

/** A place for one lab on this machine. */
export interface LabPlace {
  /** Frees the place for the next waiting process. */
  free(): Promise<void>;
}

export interface PlaceOptions {
  /** Gets one line as soon as there is no free place. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: the number of labs that the machine can run, see `placesOfMachine`. */
  readonly places?: number | undefined;
  /** The lock of a place; tests have their own. */
  readonly fileOf?: (place: number) => string;
  readonly pollMs?: number;
}

/**
 * How many labs this machine can run at once.
 *
 * @throws RollgateError `invalid-environment-variable`.
 */
export function placesOfMachine(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  cores = availableParallelism(),
): number {
  const set = environment[LABS_VARIABLE];
  if (set === undefined || set === '') return Math.max(1, Math.floor(cores / CORES_PER_LAB));
  const places = Number(set);
  if (Number.isInteger(places) && places >= 1 && places <= MOST_LABS) return places;
  throw new RollgateError(
    'invalid-environment-variable',
    `${LABS_VARIABLE} is ${JSON.stringify(set)}: expected a whole number from 1 to ${MOST_LABS}`,
    { kind: 'usage', hint: `Remove it: this machine then carries ${placesOfMachine({}, cores)}.` },
  );
}

/**
 * Waits until this machine can run one more lab. All processes of this user share the places; the
 * places of a killed process are free.
 *
 * @throws The signal's reason.
 */
export async function takePlace(options: PlaceOptions = {}): Promise<LabPlace> {
  const {
    onProgress,
    signal,
    places = placesOfMachine(),
    fileOf = (place) => lockFile(`lab-place-${place}`),
    pollMs = 250,
  } = options;
  for (let waits = 0; ; waits += 1) {
    const holders: number[] = [];
    for (let place = 0; place < places; place += 1) {
      signal?.throwIfAborted();
      const file = fileOf(place);
      const holder = await tryLock(file);
      if (holder === undefined) return placeOf(file);
      holders.push(holder.pid);
    }
    if (waits === 0) onProgress?.(waitingLine(places, holders));
    await delay(pollMs, undefined, { signal });
  }
}

function placeOf(file: string): LabPlace {
  let freed: Promise<void> | undefined;
  // Only once: a second time, the place may already belong to another process.
  return { free: () => (freed ??= unlock(file)) };
}

function waitingLine(places: number, holders: readonly number[]): string {
  const labs = places === 1 ? 'one lab' : `${places} labs`;
  const who = [...new Set(holders)]
    .map((pid) => (pid === process.pid ? 'this process' : `process ${pid}`))
    .join(', ');
  return `waiting for a free place: this machine carries ${labs} at once (${who}); ${LABS_VARIABLE} sets how many`;
}
