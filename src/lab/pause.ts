import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ContainerEngine, Labelled, Labels } from '../containers/port.ts';
import { waitFor } from '../containers/wait.ts';
import { RollgateError } from '../errors.ts';
import { jsonIn } from '../json.ts';
import { LAB, networkName, PAUSED, RESUMED } from './labels.ts';

/** A run's description of its pause. */
const recordSchema = z.object({
  /** The next step, as `3.1 NAME`; `null` after the last. */
  next: z.string().nullable(),
  why: z.array(z.string()).readonly(),
  load: z.enum(['running', 'stopped', 'none']),
  /** ISO 8601. */
  since: z.string(),
  /** The run's folder, with its events so far and the logs of swapped services. */
  folder: z.string(),
  /** The run's `load.stuckAfterSeconds`. */
  stuckAfterSeconds: z.number().exactOptional(),
});
export type PauseRecord = Readonly<z.infer<typeof recordSchema>>;

/** How often a paused run checks whether it may go on. */
const EVERY_MS = 250;
/** How soon an existing run reacts to a resume. */
const TAKEN_SECONDS = 15;

export interface LabPause {
  /** The lab's. */
  readonly labels: Labels;
  readonly record: PauseRecord;
  readonly signal: AbortSignal;
}

/**
 * Labels a lab as paused and waits for `resumeLab` in any process. The labels are on volumes, like
 * that of a kept lab: they are removed with the lab, however its run ends.
 *
 * @throws RollgateError `lab-gone` if the lab is removed during the pause; on abort. Then the
 * labels are removed.
 */
export async function pauseLab(
  engine: Pick<ContainerEngine, 'createVolume' | 'removeVolume' | 'find'>,
  lab: string,
  { labels, record, signal }: LabPause,
): Promise<void> {
  const [paused, resumed] = volumesOf(lab);
  await engine.removeVolume(resumed);
  await engine.createVolume({
    name: paused,
    labels: { ...labels, [PAUSED]: JSON.stringify(record) },
  });
  try {
    for (;;) {
      const { volumes } = await engine.find({ [LAB]: lab });
      if (has(volumes, RESUMED)) return;
      if (!has(volumes, PAUSED)) throw labGone(lab);
      await delay(EVERY_MS, undefined, { signal });
    }
  } finally {
    await engine.removeVolume(resumed);
    await engine.removeVolume(paused);
  }
}

/**
 * The description of a lab's pause on its volumes; `undefined` if its run is not paused, or if
 * another version of rollgate paused it.
 */
export function readPause(volumes: Labelled['volumes']): PauseRecord | undefined {
  const text = volumes.flatMap(({ labels }) => labels[PAUSED] ?? [])[0];
  return text === undefined ? undefined : recordSchema.safeParse(jsonIn(text)).data;
}

/**
 * Lets the run of a lab go on, and waits until it does.
 *
 * @returns Where it was paused.
 * @throws RollgateError `not-paused`; `timed-out` if the run does not answer.
 */
export async function resumeLab(
  engine: Pick<ContainerEngine, 'createVolume' | 'find'>,
  lab: string,
): Promise<PauseRecord> {
  const { volumes } = await engine.find({ [LAB]: lab });
  const record = readPause(volumes);
  const labels = volumes.find((volume) => PAUSED in volume.labels)?.labels;
  if (record === undefined || labels === undefined) throw notPaused(lab);
  const [, resumed] = volumesOf(lab);
  const { [PAUSED]: _, ...own } = labels;
  await engine.createVolume({ name: resumed, labels: { ...own, [RESUMED]: 'true' } });
  await waitFor(
    { what: `the run of lab ${lab} to go on`, limitSeconds: TAKEN_SECONDS, everyMs: EVERY_MS },
    async () =>
      has((await engine.find({ [LAB]: lab })).volumes, RESUMED)
        ? { notYet: 'it is paused' }
        : { value: undefined },
  );
  return record;
}

/** The names of the two volumes: that the run is paused, and that it may go on. */
function volumesOf(lab: string): readonly [string, string] {
  return [`${networkName(lab)}-paused`, `${networkName(lab)}-resumed`];
}

function has(volumes: Labelled['volumes'], label: string): boolean {
  return volumes.some(({ labels }) => label in labels);
}

function labGone(lab: string): RollgateError {
  return new RollgateError('lab-gone', `lab ${lab} was removed while its run was paused`, {
    kind: 'usage',
    hint: 'Let a run go on with: rollgate resume; end it with Ctrl-C',
  });
}

function notPaused(lab: string): RollgateError {
  return new RollgateError('not-paused', `no run is paused in lab ${lab}`, {
    kind: 'usage',
    hint: 'Pause one with: rollgate run --pause-at STEP, or --pause-on failure',
  });
}
