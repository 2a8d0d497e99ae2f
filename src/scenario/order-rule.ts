import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import type { DataPath, Problem } from '../document/problem.ts';
import { SIDES, type Side } from '../release/release.ts';
import { NAME_LENGTH } from './names.ts';
import {
  instanceName,
  kindOf,
  OWN_STEPS,
  type Role,
  type SubjectShape,
  type Topology,
  type NodeName,
  servicesOf,
} from './topology/topology.ts';

/** Steps of a plan that a rule can wait for. */
export const RULE_STEPS = ['db-sync', 'migrate-data', 'create-vhost', 'pin', 'unpin'] as const;

const CONDITIONS = ['while', 'before', 'after'] as const;

/** Services at one side of the upgrade. */
const standingSchema = z.strictObject({
  service: z
    .string()
    .describe(
      'Which services: `api`, `engine`, a service, a node, or a service of a node, e.g. `node1/heat-engine`.',
    ),
  at: z.enum(SIDES).describe('The side that they run at.'),
});

/** An order of the roll that has to be kept: services that may not run while others do. */
export const orderRuleSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, “.” and “-”')
    .max(NAME_LENGTH)
    .describe('The rule’s name, in the plan and the verdict.'),
  no: standingSchema.describe('Services that may not run.'),
  while: standingSchema.exactOptional().describe('As long as any of these runs.'),
  before: z
    .enum(RULE_STEPS)
    .exactOptional()
    .describe('Until the first step of this kind is done; in place of `while`.'),
  after: z
    .enum(RULE_STEPS)
    .exactOptional()
    .describe('Once the first step of this kind is done; in place of `while`.'),
  sameVhost: z
    .boolean()
    .exactOptional()
    .describe('With `while`: only where both are on one broker vhost. Default: false.'),
  why: z.string().exactOptional().describe('The reason, which a broken rule gives.'),
});

/** Services at a side. */
export interface ServicesAtSide {
  readonly service: string;
  readonly at: Side;
}

/** The output of `orderRuleSchema`. A rule has exactly one of the three conditions. */
export interface OrderRule {
  readonly name: string;
  readonly no: ServicesAtSide;
  readonly while?: ServicesAtSide | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly sameVhost?: boolean | undefined;
  readonly why?: string | undefined;
}

/** E.g. `no heat-api at target while any heat-engine is at base`. */
export function describeRule(rule: OrderRule): string {
  return `no ${rule.no.service} at ${rule.no.at} ${conditionOf(rule)}`;
}

function conditionOf({ while: beside, before, after, sameVhost }: OrderRule): string {
  if (beside !== undefined) {
    const where = sameVhost === true ? ' on the same vhost' : '';
    return `while any ${beside.service} is at ${beside.at}${where}`;
  }
  return before === undefined ? `after ${after}` : `before ${before}`;
}

/** Whether a rule's reference to services matches this service or its replacement. */
export function isNamed(
  word: string,
  { node, service, role }: { node: NodeName; service: string; role: Role | null },
): boolean {
  const itself = service.replace(/(\.next)+$/, '');
  return [role, node, kindOf(service), instanceName({ node, service: itself })].includes(word);
}

/** Rules about unknown services, rules with no condition or several, and duplicate names. */
export function orderRuleProblems(
  rules: readonly OrderRule[],
  topology: Topology,
  { title, ownSteps = [] }: Pick<SubjectShape, 'title' | 'ownSteps'>,
): readonly Problem[] {
  const services = servicesOf(topology);
  const known = [
    ...new Set<string>([
      ...services.map(({ role }) => role),
      ...services.map(({ kind }) => kind),
      ...topology.nodes.map(({ name }) => name),
      ...services.map(instanceName),
    ]),
  ];
  return rules.flatMap((rule, index) => {
    const problem = (path: DataPath, message: string): readonly Problem[] => [
      { path: ['rules', index, ...path], message, at: 'value' },
    ];
    const given = CONDITIONS.filter((key) => rule[key] !== undefined);
    const taken = rules.findIndex(({ name }) => name === rule.name) !== index;
    return [
      ...(given.length === 0 ? problem([], 'a rule needs one of while, before and after') : []),
      ...(given.length > 1 ? problem([], 'a rule has only one of while, before and after') : []),
      ...(taken ? problem(['name'], `there is a rule ${rule.name} already`) : []),
      ...(['no', 'while'] as const).flatMap((key) => {
        const word = rule[key]?.service;
        if (word === undefined || known.includes(word)) return [];
        const message = `there is no ${word} in topology ${topology.name}; one of ${known.join(', ')}`;
        return problem([key, 'service'], withNearest(message, word, known));
      }),
      ...(['before', 'after'] as const).flatMap((key) => {
        const step = rule[key];
        const own = OWN_STEPS.find((one) => one === step);
        if (own === undefined || ownSteps.includes(own)) return [];
        return problem([key], `an upgrade of ${title} has no step ${own}`);
      }),
      ...(rule.sameVhost === true && rule.while === undefined
        ? problem(['sameVhost'], 'sameVhost is for a rule with while')
        : []),
    ];
  });
}
