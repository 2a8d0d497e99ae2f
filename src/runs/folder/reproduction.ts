import { join } from 'node:path';
import { imageDifferences } from '../../containers/images/identity.ts';
import { readRun } from '../../events/codec.ts';
import type { RunEvent } from '../../events/event.ts';
import { MIB, readText } from '../../files/read.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderPlan } from '../../plan/render/render.ts';
import { SIDES } from '../../release/release.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import { environmentFor, readEnvironment } from './environment.ts';

/**
 * The differences from a saved run, one line each: the plan, the releases, the images with their
 * content. An empty list means the same plan with the same images. The plan's images have to exist.
 *
 * @throws RollgateError `no-run`, `invalid-environment`.
 */
export async function reproductionDifferences(
  directory: string,
  plan: Plan,
): Promise<readonly string[]> {
  const { events, was } = await readReproduced(directory);
  const environment = await readEnvironment(directory);
  const here = await environmentFor(plan);
  return [
    ...releaseDifferences(events, plan),
    ...planDifferences(was, plan, failedStep(events)),
    ...(environment === undefined
      ? ['the content of its images is unknown: an older rollgate ran it']
      : [
          ...(environment.rollgate === here.rollgate
            ? []
            : [`rollgate was ${environment.rollgate}, here it is ${here.rollgate}`]),
          ...imageDifferences(environment.images, here.images),
        ]),
  ];
}

/**
 * The parts of a run folder that a comparison needs. They are read before anything is set up.
 *
 * @throws RollgateError `no-run`, `unreadable-file`.
 */
export async function readReproduced(
  directory: string,
): Promise<{ readonly events: readonly RunEvent[]; readonly was: string }> {
  const events = await readRun(directory);
  const was = await readText(join(directory, RUN_FOLDER.plan), {
    what: 'plan of a run',
    limitBytes: 4 * MIB,
    links: false,
  });
  await readEnvironment(directory);
  return { events, was };
}

/**
 * The path of the scenario in a run folder.
 *
 * @throws RollgateError `no-run` if there is none.
 */
export async function savedScenario(directory: string): Promise<string> {
  const path = join(directory, RUN_FOLDER.scenario);
  await readText(path, {
    what: 'scenario of a run',
    code: 'no-run',
    limitBytes: 4 * MIB,
    links: false,
    hint: 'Name the folder that a run left, or a file that `rollgate bundle` wrote.',
  });
  return path;
}

function failedStep(events: readonly RunEvent[]): string | undefined {
  return events.findLast((event) => event.type === 'run-finished')?.error?.step;
}

function releaseDifferences(events: readonly RunEvent[], plan: Plan): readonly string[] {
  const start = events.find((event) => event.type === 'run-started');
  return SIDES.flatMap((side) => {
    const [before, now] = [start?.[side], plan[side]];
    return before === undefined || before.version === now.version
      ? []
      : [`${side} was ${before.series} ${before.version}, here it is ${now.version}`];
  });
}

/** The paths of source trees; the image's name has a hash of their content. */
const WHERE = /^ {13}.*; over \S+$/;

/** @param arrow The step with an arrow in `was`. */
export function planDifferences(was: string, plan: Plan, arrow?: string): readonly string[] {
  const [before, now] = [was, renderPlan(plan, { arrow })].map((text) =>
    text
      .trimEnd()
      .split('\n')
      .filter((line) => !WHERE.test(line)),
  );
  const length = Math.max(before?.length ?? 0, now?.length ?? 0);
  const first = Array.from({ length }).findIndex((_, index) => before?.[index] !== now?.[index]);
  if (first === -1) return [];
  const line = (lines: readonly string[] | undefined): string =>
    lines?.[first]?.trim() ?? 'its end';
  return [`the plan is another: it had "${line(before)}", here it is "${line(now)}"`];
}
