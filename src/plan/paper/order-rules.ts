import {
  describeRule,
  isNamed,
  type OrderRule,
  type ServicesAtSide,
} from '../../scenario/order-rule.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import type { Plan } from '../plan.ts';
import type { Step } from '../step.ts';
import { walkStep } from '../walk.ts';
import { apply, labAtBase, type LabState, type PaperService } from './lab-state.ts';

/** A rule that a plan breaks. */
export interface Breach {
  readonly rule: OrderRule;
  /** The first step that breaks it. Default: it is broken from the start. */
  readonly from?: Step;
  /** The step after which it is kept again. Default: it stays broken. */
  readonly to?: Step;
  /** Only parallel steps break it, and only in a certain order. */
  readonly perhaps: boolean;
}

type RuledPlan = Pick<Plan, 'choreography' | 'stages' | 'topology' | 'baseVhost' | 'rules'>;

/**
 * The rules that a plan breaks in the simulation, each once, at the first place. The order of a
 * script is known only in the run, so no rule is reported.
 */
export function breachesOf(plan: RuledPlan): readonly Breach[] {
  if (plan.choreography === SCRIPT || plan.rules.length === 0) return [];
  const course = [...momentsOf(plan)];
  return plan.rules.flatMap((rule) => breachOf(rule, course) ?? []);
}

/** `broken from step 3.2 … to step 5.1 …`. */
export function describeBreach({ from, to, perhaps }: Omit<Breach, 'rule'>): string {
  const named = ({ id, name }: Step): string => `step ${id} ${name}`;
  if (perhaps && from !== undefined) return `may be broken in ${named(from)}`;
  const start = from === undefined ? 'the start' : named(from);
  const end = to === undefined ? 'the end' : named(to);
  return `broken from ${start} to ${end}`;
}

/** The rules of a plan, one line each, and below each rule how the plan keeps or breaks it. */
export function describeRules(plan: RuledPlan): readonly string[] {
  const breaches = breachesOf(plan);
  return plan.rules.flatMap((rule) => {
    const breach = breaches.find((one) => one.rule === rule);
    const outcome =
      plan.choreography === SCRIPT
        ? ['  only the run shows whether the script keeps it']
        : breach === undefined
          ? []
          : [`  ${describeBreach(breach)}`];
    return [`${rule.name}: ${describeRule(rule)}`, ...outcome];
  });
}

/** The services that run after a step, and those that may run during it. */
interface RuleMoment {
  /** Absent for the lab before the first step. */
  readonly step?: Step;
  readonly after: readonly PaperService[];
  /** During steps side by side: the services before them and after them. */
  readonly meanwhile: readonly PaperService[];
  /** Kinds of the steps that were carried out so far. */
  readonly done: ReadonlySet<string>;
}

function* momentsOf({ stages, topology, baseVhost }: RuledPlan): Iterable<RuleMoment> {
  let state: LabState = labAtBase(topology, baseVhost);
  let done: ReadonlySet<string> = new Set();
  const running = (): readonly PaperService[] => [...state.running.values()];
  yield { after: running(), meanwhile: [], done };
  for (const step of stages.flatMap(({ steps }) => steps)) {
    const before = running();
    state = apply(state, step);
    done = new Set([...done, ...[...walkStep(step)].map(({ kind }) => kind)]);
    const meanwhile = step.kind === 'together' ? [...before, ...running()] : [];
    yield { step, after: running(), meanwhile, done };
  }
}

function breachOf(rule: OrderRule, course: readonly RuleMoment[]): Breach | undefined {
  const first = course.findIndex(({ after, done }) => isBroken(rule, after, done));
  const perhaps = course.findIndex(({ meanwhile, done }) => isBroken(rule, meanwhile, done));
  if (perhaps !== -1 && (first === -1 || perhaps < first)) {
    const step = course[perhaps]?.step;
    return { rule, perhaps: true, ...(step && { from: step }) };
  }
  if (first === -1) return undefined;
  const from = course[first]?.step;
  const to = course.slice(first).find(({ after, done }) => !isBroken(rule, after, done))?.step;
  return { rule, perhaps: false, ...(from && { from }), ...(to && { to }) };
}

function isBroken(
  { no, while: beside, before, after, sameVhost }: OrderRule,
  services: readonly PaperService[],
  done: RuleMoment['done'],
): boolean {
  const forbidden = services.filter((one) => isStanding(no, one));
  if (beside === undefined) {
    if (forbidden.length === 0) return false;
    return before === undefined ? after !== undefined && done.has(after) : !done.has(before);
  }
  const others = services.filter((one) => isStanding(beside, one));
  return forbidden.some((one) =>
    others.some(
      (other) =>
        instanceName(one.instance) !== instanceName(other.instance) &&
        (sameVhost !== true || one.vhost === other.vhost),
    ),
  );
}

function isStanding({ service, at }: ServicesAtSide, { instance, side }: PaperService): boolean {
  return side === at && isNamed(service, instance);
}
