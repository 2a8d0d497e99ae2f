import { isDeepStrictEqual } from 'node:util';
import { RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import { preparePlan, type PreparedPlan } from '../runs/prepare.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { defaultSubject, loadReleases } from '../subject/registry.ts';
import { pathInOptions, type LabOptions, type UpgradeOptions } from './options.ts';

type ScenarioPart = Omit<ScenarioInput, 'name' | 'base' | 'target'>;

/**
 * Builds a plan from the lab's and the upgrade's options. Errors name those options.
 *
 * @param call The call that the options belong to, e.g. `lab.upgrade`.
 * @throws RollgateError `invalid-scenario`, `invalid-plan`, …
 */
export async function prepareUpgrade(
  call: string,
  lab: LabOptions,
  upgrade: UpgradeOptions,
): Promise<PreparedPlan> {
  const { to, seed, load, faults, checkpoints, script, rules, thresholds, configTo } = upgrade;
  const { series, topology, config, serveSeconds, deployer, configFor, infrastructure } = lab;
  const { database, databaseDump } = lab;
  checkBase(call, lab, upgrade);
  const part: ScenarioPart = given({
    topology,
    choreography: upgrade.choreography ?? lab.choreography,
    seed,
    load,
    durations: { ...given({ serveSeconds }), ...upgrade.durations },
    config,
    configTo,
    configFor,
    deployer,
    infrastructure,
    database,
    databaseDump,
    faults,
    checkpoints,
    overlay: { ...lab.overlay, ...upgrade.overlay },
    script,
    rules,
    thresholds,
    require: upgrade.require ?? [],
  });
  return preparePlan({
    scenario: { name: 'upgrade', base: series, target: to, ...part },
    shape: defaultSubject.shape,
    catalogue: await loadReleases(),
    rolledByFunction: upgrade.roll !== undefined,
    caller: { name: call, pathOf: (path) => pathInOptions(call, path, lab) },
  });
}

/**
 * The plan that a lab is started for. A script needs nothing of its lab, and is only known when it
 * rolls it.
 *
 * @throws RollgateError Like `prepareUpgrade`.
 */
export function prepareStart(call: string, options: LabOptions): Promise<PreparedPlan> {
  const { choreography, ...others } = options;
  const lab = choreography === 'script' ? others : options;
  return prepareUpgrade(call, lab, { to: options.to ?? options.series });
}

/** @throws RollgateError `started-otherwise` for source over a base that already runs. */
function checkBase(call: string, lab: LabOptions, { overlay }: UpgradeOptions): void {
  if (overlay?.base === undefined || isDeepStrictEqual(overlay.base, lab.overlay?.base)) return;
  throw new RollgateError('started-otherwise', `${call}: overlay.base: the lab runs already`, {
    kind: 'usage',
    hint: 'Give it to Lab.start, which lays it over the release that the lab starts at.',
  });
}
