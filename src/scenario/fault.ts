import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import type { DataPath, Problem } from '../document/problem.ts';
import { infrastructurePlaces, type Infrastructure } from './topology/infrastructure.ts';
import { instanceName, type Topology, servicesOf } from './topology/topology.ts';

/** The whole machine, which only `burn-cpu` affects. */
export const MACHINE = 'machine';

/** Faults that a scenario can cause in a lab. Each lasts for a time, and is undone at its end. */
export const FAULTS = ['stop', 'kill', 'pause', 'unplug', 'cut', 'narrow', 'burn-cpu'] as const;
/** These change the network of a node's services. */
const OF_NODES: readonly string[] = ['cut', 'narrow'];

/** The services that a node's services have to reach. HAProxy has to reach the node's services. */
const CUT_FROM = [
  'rabbitmq',
  'mysql',
  'keystone',
  'haproxy',
] as const satisfies readonly Infrastructure[];

const RATE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 };

/** A rate for tc(8) that is not zero: from 1 kbit/s to 10 Gbit/s. */
function isRate(text: string): boolean {
  const [, digits, unit = ''] = /^(\d{1,12})(k|m)?bit$/.exec(text) ?? [];
  const bits = Number(digits) * (RATE_UNITS[unit] ?? 1);
  return bits >= 1e3 && bits <= 1e10;
}

export const faultSchema = z.strictObject({
  fault: z.enum(FAULTS).describe('The kind of fault; see faults.md.'),
  on: z
    .string()
    .describe(
      'A service, e.g. `node1/heat-api`, or a node (all its services at once). An infrastructure service (all its servers at once) or one of its servers, e.g. `rabbitmq-2`. Or `machine`.',
    ),
  seconds: z
    .number()
    .min(0)
    .max(600)
    .describe(
      'How long the fault lasts, from its full effect (the exit, the pause) until it is undone.',
    ),
  from: z
    .array(z.enum(CUT_FROM))
    .min(1)
    .exactOptional()
    .describe('For `cut`: the services that it cannot reach.'),
  rate: z
    .string()
    .refine(isRate, 'expected a rate from 1kbit to 10000mbit, such as 64kbit or 1mbit')
    .exactOptional()
    .describe('For `narrow`: how much a service may send, in the form of tc(8), e.g. `64kbit`.'),
  recoverSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(8)
    .describe('How long the load goes on afterwards before the next step.'),
  before: z
    .string()
    .exactOptional()
    .describe(
      'The stage of the plan before which it is done. Default: `mixed`, otherwise the last stage.',
    ),
  during: z
    .string()
    .exactOptional()
    .describe('The service during whose swap it is done, instead of before a stage.'),
});
export type FaultSpec = Readonly<z.output<typeof faultSchema>>;

/** Faults on a missing object, or faults that are impossible for it. */
export function faultProblems(
  faults: readonly FaultSpec[],
  topology: Topology,
): readonly Problem[] {
  return faults.flatMap((fault, index) =>
    problemsOf(fault, topology).map(({ key, message }): Problem => {
      const path: DataPath = ['faults', index, ...(key in fault ? [key] : [])];
      return { path, message, at: 'value' };
    }),
  );
}

interface FaultProblem {
  readonly key: keyof FaultSpec;
  readonly message: string;
}

function problemsOf(fault: FaultSpec, topology: Topology): readonly FaultProblem[] {
  return [...placeProblems(fault, topology), ...optionProblems(fault, topology)];
}

function placeProblems({ fault, on }: FaultSpec, topology: Topology): readonly FaultProblem[] {
  const wrong = (message: string): readonly FaultProblem[] => [{ key: 'on', message }];
  if ((fault === 'burn-cpu') !== (on === MACHINE)) {
    return wrong(
      fault === 'burn-cpu'
        ? `burn-cpu is done to the whole machine: write ${MACHINE}`
        : `${fault} cannot be done to the machine; name a service`,
    );
  }
  if (on === MACHINE) return [];
  const ofNodes = [...topology.nodes.map(({ name }) => name), ...serviceNames(topology)];
  const known = [...ofNodes, ...infrastructurePlaces(topology)];
  if (!known.includes(on)) {
    const allowed = `one of ${known.join(', ')}`;
    return wrong(
      withNearest(`there is no ${on} in topology ${topology.name}; ${allowed}`, on, known),
    );
  }
  return OF_NODES.includes(fault) && !ofNodes.includes(on)
    ? wrong(`${fault} is done to a node or one of its services: ${ofNodes.join(', ')}`)
    : [];
}

function optionProblems(spec: FaultSpec, topology: Topology): readonly FaultProblem[] {
  const problems: FaultProblem[] = [];
  const needs = (key: 'from' | 'rate', fault: string, example: string): void => {
    if (spec.fault === fault && spec[key] === undefined) {
      problems.push({ key, message: `${fault} needs ${key}, e.g. ${key}: ${example}` });
    }
    if (spec.fault !== fault && spec[key] !== undefined) {
      problems.push({ key, message: `${key} is for ${fault} alone` });
    }
  };
  needs('from', 'cut', '[rabbitmq]');
  needs('rate', 'narrow', '64kbit');
  const { before, during } = spec;
  if (during !== undefined) {
    const known = serviceNames(topology);
    if (before !== undefined) {
      problems.push({ key: 'during', message: 'a fault comes before a stage or during a swap' });
    }
    if (!known.includes(during)) {
      const message = `there is no ${during} to be swapped; one of ${known.join(', ')}`;
      problems.push({ key: 'during', message: withNearest(message, during, known) });
    }
    if (spec.on === during || during.startsWith(`${spec.on}/`)) {
      problems.push({ key: 'on', message: `${during} is being swapped then: choose another` });
    }
  }
  return problems;
}

function serviceNames({ nodes }: Topology): readonly string[] {
  return servicesOf({ nodes }).map(instanceName);
}
