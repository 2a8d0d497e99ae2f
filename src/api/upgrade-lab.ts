import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { needsClient } from '../plan/checkpoints/needs-client.ts';
import type { Plan } from '../plan/plan.ts';
import { IMAGE_SERIES } from '../release/release.ts';
import type { OwnWork } from '../run/own-work.ts';
import { findChangedCode, reportingOf } from '../runs/changed-code/changed-code.ts';
import { environmentFor } from '../runs/folder/environment.ts';
import {
  checkRunFolder,
  defaultDirectory,
  RunFolder,
  type RunResult,
} from '../runs/folder/folder.ts';
import { identifyReleases } from '../runs/identify.ts';
import { foresee } from '../runs/preflight.ts';
import { provision } from '../runs/provision.ts';
import { runPlan } from '../runs/run-plan.ts';
import { scenarioInput } from '../scenario/write-scenario.ts';
import { defaultSubject } from '../subject/registry.ts';
import type { LabOptions, UpgradeOptions } from './options.ts';
import { prepareUpgrade } from './prepare-upgrade.ts';
import { RollingLab } from './rolling-lab.ts';

export interface UpgradeRequest {
  /** The public function that was called, for messages. */
  readonly call: string;
  /** The options that the lab was started with. */
  readonly started: LabOptions;
  readonly options: UpgradeOptions;
  readonly own: OwnWork;
  /** Aborts when the lab is removed. */
  readonly disposed: AbortSignal;
  /** Called before the first change of the lab: from here on it is no longer at its base. */
  readonly onBegin: () => void;
}

/**
 * Upgrades a lab of this process and judges the upgrade: one run with its folder.
 *
 * @throws RollgateError `invalid-options`, `invalid-scenario`, `started-otherwise`, …
 * @throws The error of `options.roll`, if it is not one of rollgate's.
 */
export async function upgradeLab(
  deployment: Deployment,
  { call, started, options, own, disposed, onBegin }: UpgradeRequest,
): Promise<RunResult> {
  const prepared = await prepareUpgrade(call, started, options);
  const directory = resolve(options.directory ?? defaultDirectory(prepared.plan, new Date()));
  checkStart(deployment, prepared.plan);
  await checkRunFolder(directory);
  const { setup, onProgress } = started;
  const { preflight, signal } = options;
  const wish = given({ setup, onProgress, signal, preflight });
  const { plan, changed, foreseen } = await provideTarget(deployment, prepared.plan, wish);
  // The user's options come later, so they take precedence.
  const reporting = changed === undefined ? [] : [await reportingOf(changed)];
  // The plan also contains the upgrade's own options, as `configTo`.
  const lab = deployment.with({ configFor: [...reporting, ...plan.configFor] });
  onBegin();
  const thrown: unknown[] = [];
  const result = await runPlan({
    folder: await RunFolder.create({
      plan,
      directory,
      // A folder cannot contain a function: to repeat such a run, run its test again.
      scenario: options.roll === undefined ? scenarioInput(prepared) : undefined,
      environment: await environmentFor(plan),
      secrets: deployment.secrets,
      foreseen,
      changed,
      onEvent: options.onEvent,
    }),
    lab,
    own: { ...own, roll: rollOf(deployment, options, plan, thrown) },
    signal: options.signal === undefined ? disposed : AbortSignal.any([disposed, options.signal]),
  });
  disposed.throwIfAborted();
  if (thrown.length > 0) throw thrown[0];
  return result;
}

/** Builds missing images. @returns The plan with what the images are, and the user's changes. */
async function provideTarget(
  { engine, name }: Deployment,
  prepared: Plan,
  {
    setup = 'images',
    onProgress,
    signal,
    preflight,
  }: Pick<LabOptions, 'setup' | 'onProgress' | 'signal'> & Pick<UpgradeOptions, 'preflight'>,
) {
  const { target, overlays, infrastructure } = prepared;
  await provision({
    subject: defaultSubject,
    releases: [target],
    client: needsClient(prepared),
    overlays,
    infrastructure,
    setup,
    onProgress,
    signal,
  });
  const plan = await identifyReleases(prepared, { engine, name, signal });
  return {
    plan,
    changed: await findChangedCode({ engine, plan, name, onProgress, signal }),
    foreseen: await foresee({ engine, plan, name, signal }, { preflight, onProgress }),
  };
}

/** @param thrown Collects errors that the caller's function threw. */
function rollOf(
  deployment: Deployment,
  { roll }: UpgradeOptions,
  { baseVhost }: Plan,
  thrown: unknown[],
): OwnWork['roll'] {
  if (roll === undefined) return undefined;
  return async (carryOut) => {
    try {
      await roll(new RollingLab(deployment, { carryOut, baseVhost }));
    } catch (error) {
      if (!(error instanceof RollgateError)) thrown.push(error);
      throw error;
    }
  };
}

/**
 * @throws RollgateError `started-otherwise` if a plan needs something that the lab started without.
 */
function checkStart(deployment: Deployment, plan: Plan): void {
  const { choreography, balancer, config, database, target } = plan;
  const to = target.series === IMAGE_SERIES ? `image:${target.image}` : target.series;
  const same =
    isDeepStrictEqual(deployment.balancerSettings, balancer) &&
    isDeepStrictEqual(deployment.databaseOptions, database) &&
    isDeepStrictEqual(deployment.config, config);
  if (same) return;
  throw new RollgateError(
    'started-otherwise',
    `${choreography} needs a load balancer or options that lab ${deployment.name} did not start with`,
    {
      kind: 'usage',
      hint: `Start it for that: Lab.start({ to: '${to}', choreography: '${choreography}', … })`,
    },
  );
}
