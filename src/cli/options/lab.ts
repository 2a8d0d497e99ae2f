import type { OptionValues } from '@commander-js/extra-typings';
import type { Plan } from '../../plan/plan.ts';
import type { Overlay } from '../../release/overlay.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { RELEASE_FORMS } from '../../release/spec.ts';
import { preparePlan } from '../../runs/prepare.ts';
import type { Topology } from '../../scenario/topology/topology.ts';
import { defaultSubject, planningFor } from '../../subject/registry.ts';
import type { Subject } from '../../subject/subject.ts';
import type { BareVerb } from '../verbs/verb.ts';
import { configOverrides, environmentOverrides, fileOverrides } from './scenario/config.ts';
import { databaseOverrides } from './scenario/database.ts';
import { baseImageOption, sourceOverrides } from './scenario/source.ts';

/** The values of the options that `labOptions` adds. */
export interface LabFlags {
  readonly subject?: Subject | undefined;
  readonly series: string;
  readonly topology: string;
  readonly baseImage?: string | undefined;
  readonly patch?: readonly string[] | undefined;
  readonly with?: readonly string[] | undefined;
  readonly deployer?: string | undefined;
  readonly config?: readonly string[] | undefined;
  readonly file?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly database?: string | undefined;
}

/** The options that describe a lab, for a started lab and for a Compose file. */
export function labOptions<Globals extends OptionValues>(command: BareVerb<Globals>) {
  return command
    .option('--series <release>', `the release of the lab: ${RELEASE_FORMS}`, '2025.1')
    .addOption(baseImageOption())
    .option('--topology <name>', 'a name in lab/topologies or the path of a YAML file', '2x2');
}

/** A lab without an upgrade has one side. */
function onBase(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts?.map((text) => (text.startsWith('base:') ? text : `base:${text}`));
}

/** The requested lab. */
export interface ChosenLab {
  readonly plan: Plan;
  readonly release: ReleaseRef;
  /** How its image is made, if source is laid over a release's image. */
  readonly overlays: readonly Overlay[];
  readonly topology: Topology;
  readonly config: Plan['config'];
  readonly configFor: Plan['configFor'];
  /** How long a service may take from its start until it serves. */
  readonly serveSeconds: number;
}

/** @throws RollgateError `invalid-scenario` with all mistakes in the options. */
export async function designOfLab({
  subject = defaultSubject,
  series,
  topology,
  ...source
}: LabFlags): Promise<ChosenLab> {
  const { plan } = await preparePlan({
    scenario: 'control',
    overrides: [
      { option: '--series', path: ['base'], value: series },
      { option: '--series', path: ['target'], value: series },
      ...sourceOverrides({ ...source, patch: onBase(source.patch), with: onBase(source.with) }),
      ...(source.deployer === undefined
        ? []
        : [{ option: '--deployer', path: ['deployer'], value: source.deployer }]),
      ...configOverrides(source.config),
      ...fileOverrides(source.file),
      ...environmentOverrides(source.env),
      ...databaseOverrides(source.database),
      { option: '--topology', path: ['topology'], value: topology },
    ],
    ...(await planningFor(subject)),
  });
  const { base: release, overlays, serveSeconds, config, configFor } = plan;
  return { plan, release, overlays, topology: plan.topology, serveSeconds, config, configFor };
}
