import picocolors from 'picocolors';
import { describeTrees } from '../../release/overlay.ts';
import { UNKNOWN_VERSION, type ReleaseRef } from '../../release/release.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import { meetingName } from '../../scenario/topology/meeting.ts';
import { memoryOf, type ServiceInstance, type Topology } from '../../scenario/topology/topology.ts';
import { describeBalancer } from '../balancer.ts';
import { coexistence } from '../paper/coexistence.ts';
import { describeRules } from '../paper/order-rules.ts';
import { describeMeets, provable, unprovableTags } from '../paper/provable.ts';
import { isReconfiguration, type LoadPlan, type Plan } from '../plan.ts';
import type { Step } from '../step.ts';
import { describeConfig, describeScoped } from './describe-config.ts';

const RESTART = 'a restart, not an upgrade: base and target are the same image';

export interface RenderOptions {
  /** The id of the failed step, which gets an arrow. */
  readonly arrow?: string | undefined;
  readonly color?: boolean | undefined;
}

/** A plan as a numbered tree for a person, without a line end at the end. */
export function renderPlan(plan: Plan, { arrow, color = false }: RenderOptions = {}): string {
  const paint = picocolors.createColors(color);
  const header = headerOf(plan).map(([label, value]) => `${paint.dim(label.padEnd(13))}${value}`);
  const tree = plan.stages.flatMap(({ name, steps }, index) => [
    { id: undefined, text: paint.bold(`${index + 1} ${name}`) },
    ...branches(steps, '', paint.dim),
  ]);
  // Only a plan with a failed step gives up a margin for the arrow.
  const lines = tree.map(({ id, text }) => {
    if (arrow === undefined) return text;
    return id === arrow ? paint.red(`─▶ ${text}`) : `   ${text}`;
  });
  return [...header, '', ...lines].join('\n');
}

interface TreeLine {
  readonly id: string | undefined;
  readonly text: string;
}

function branches(
  steps: readonly Step[],
  indent: string,
  dim: (text: string) => string,
): readonly TreeLine[] {
  return steps.flatMap((step, index) => {
    const last = index === steps.length - 1;
    const line = {
      id: step.id,
      text: `${dim(`${indent}${last ? '└─' : '├─'} ${step.id}`)} ${step.name}`,
    };
    const inner = step.kind === 'together' ? step.steps : [];
    return [line, ...branches(inner, `${indent}${last ? '   ' : '│  '}`, dim)];
  });
}

function headerOf(plan: Plan): readonly (readonly [string, string])[] {
  return [
    ['scenario', plan.scenario],
    ['base', describeRelease(plan.base, plan.subject)],
    ...describeOverlay(plan, plan.base),
    ['target', describeRelease(plan.target, plan.subject)],
    ...describeOverlay(plan, plan.target),
    ...describeRestart(plan),
    ...(plan.note === undefined ? [] : [['note', plan.note] as const]),
    ['choreography', `${plan.choreography}: ${plan.summary}`],
    ...describePairs(plan),
    ['topology', describeTopology(plan.topology)],
    ...describeMemory(plan.topology),
    ['seed', String(plan.seed)],
    ['load', describeProbes(plan.load)],
    ['', describeWorkload(plan)],
    ...describeDeployer(plan),
    ['balancer', describeBalancer(plan.balancer)],
    ...[...describeConfig(plan.config), ...describeScoped(plan.configFor)].map(
      (line, index): readonly [string, string] => [index === 0 ? 'config' : '', line],
    ),
    ['requires', plan.require.length === 0 ? 'nothing' : plan.require.join(', ')],
    ...plan.thresholds.map(({ metric, expression }, index): readonly [string, string] => [
      index === 0 ? 'thresholds' : '',
      `${metric}: ${expression}`,
    ]),
    ...describeRules(plan).map((line, index): readonly [string, string] => [
      index === 0 ? 'rules' : '',
      line,
    ]),
  ];
}

function describeRestart(plan: Plan): readonly (readonly [string, string])[] {
  const { infrastructure } = plan;
  if (infrastructure.length > 0) {
    const listed = infrastructure.map(
      ({ service, suite, from }) =>
        `${service}${from === undefined ? '' : ` from that of ${from}`} to that of ${suite}`,
    );
    return [['upgrade', listed.join(', ')]];
  }
  if (!plan.restart) return [];
  return isReconfiguration(plan)
    ? [['upgrade', `configuration A → B: ${plan.configurationChanges.join(', ')}`]]
    : [['', RESTART]];
}

/** The tags that need a mixed state. */
const ON_MIXED_STATE: readonly string[] = [
  'supports-rolling-upgrade',
  'supports-zero-downtime-upgrade',
  'supports-zero-impact-upgrade',
];

const NEW_TO_OLD = meetingName({ sender: 'engine', from: 'target', to: 'base' });
const REFUSES =
  'their engines speak different RPC versions: an old engine may acknowledge work of a new one and then refuse it, so that it is lost (docs/findings/check-resource-refused.md). gentle keeps them apart';

/** Which services of the two releases exchange messages, if the plan determines it. */
function describePairs(plan: Plan) {
  const { choreography, stages, topology, baseVhost, require } = plan;
  if (choreography === SCRIPT) return [];
  const seen = coexistence(stages, topology, baseVhost);
  if (!seen.upgrades) return [];
  const found = provable(seen);
  const unprovable = unprovableTags(found);
  return [
    ['meets', describeMeets(found)] as const,
    ...(unprovable === undefined || !require.some((tag) => ON_MIXED_STATE.includes(tag))
      ? []
      : [['', `cannot prove ${unprovable}`] as const]),
    ...(plan.rpcDiffers === true && seen.met.has(NEW_TO_OLD) ? [['', REFUSES] as const] : []),
  ];
}

function describeDeployer({
  deployer,
  stopSeconds,
  database,
  databaseDump,
}: Plan): readonly (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [];
  if (deployer !== undefined) {
    const { name, releases, vcpus } = deployer;
    const which = [...new Set([releases.base, releases.target])].join(' → ');
    lines.push(['deployer', `${name} ${which}, ${vcpus} vcpus a node`]);
  }
  if (stopSeconds !== undefined) {
    lines.push(['', `a service is killed ${stopSeconds} s after it was asked to stop`]);
  }
  const options = Object.entries(database).map(([key, value]) => `${key} = ${String(value)}`);
  if (options.length > 0) lines.push(['database', options.join(', ')]);
  if (databaseDump !== undefined) lines.push(['database', `begins with ${databaseDump}`]);
  return lines;
}

function describeRelease({ series, version, image }: ReleaseRef, subject: string): string {
  const found =
    version === UNKNOWN_VERSION ? 'version unknown until started' : `${subject} ${version}`;
  return `${series} (${found}, image ${image})`;
}

function describeOverlay(
  { overlays }: Plan,
  { image }: ReleaseRef,
): readonly (readonly [string, string])[] {
  const overlay = overlays.find((one) => one.image === image);
  if (overlay === undefined) return [];
  const { trees, series, why } = overlay;
  const chosen = why === undefined ? '' : `, since ${why} (--base-image SERIES overrides)`;
  return [['', `${describeTrees(trees)}; over ${series}${chosen}`]];
}

/** A lab with more servers than usual may be too large for a machine. */
function describeMemory(topology: Topology): readonly (readonly [string, string])[] {
  if (topology.infrastructure === undefined) return [];
  return [['', `needs about ${memoryOf(topology).toFixed(1)} GB of memory`]];
}

function describeTopology({ name, nodes, infrastructure = {}, transport }: Topology): string {
  const listed = (services: readonly ServiceInstance[]): string =>
    services.map(({ service }) => service).join(' + ');
  const beside = Object.entries(infrastructure).map(([service, count]) => `${count} × ${service}`);
  const calls = transport === undefined ? [] : [`calls over ${transport}`];
  const listedNodes = nodes.map((node) => `${node.name} ${listed(node.services)}`);
  const all = [...listedNodes, ...beside, ...calls];
  return `${name}: ${all.join(', ')}`;
}

function describeProbes({ probes, customProbes = [], agent }: LoadPlan): string {
  const own = customProbes.map(({ name, ...rest }) => ({ probe: name, ...rest }));
  const listed = [...probes, ...own].map(
    ({ probe, connection, rate }) => `${probe}/${connection} ${rate}`,
  );
  const asked = listed.length === 0 ? 'no probes' : `requests per second: ${listed.join(', ')}`;
  return agent === true ? `${asked}; a guest’s agent beside them` : asked;
}

/** The user's own kinds, and the kinds of a limited choice. */
function describeKinds({ kinds, customKinds = [] }: LoadPlan['workload']): string {
  const own = customKinds.map(({ name }) => name).join(', ');
  if (kinds !== undefined) return `, only of the kinds ${kinds.join(', ')}`;
  return own === '' ? '' : `, first of the kinds ${own}`;
}

function describeWorkload({ load, noun, chains }: Plan): string {
  const { workload, stuckAfterSeconds } = load;
  if (workload.rate === 0) return `no ${noun}s`;
  const parts =
    chains === undefined ? '' : `, chains of ${workload.chain} × ${workload.actionSeconds} s`;
  const rest =
    workload.restAtStops === true ? '; no operation under way when an engine is stopped' : '';
  return `${noun}s per second: ${workload.rate}${parts}${describeKinds(workload)}; stuck after ${stuckAfterSeconds} s without progress${rest}`;
}
