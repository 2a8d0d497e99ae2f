import type { EventOf } from '../../events/event.ts';
import { describeRule, isNamed, type OrderRule } from '../../scenario/order-rule.ts';
import { seconds } from '../../text/seconds.ts';
import { lengthOf, type Interval } from '../history/interval.ts';
import type { Life } from '../history/services/life.ts';
import type { Reading } from '../reading/reading.ts';
import type { RuleVerdict } from '../schema/verdict.ts';

/** A time in which a rule was broken, and the service that broke it. */
interface BreachTime extends Interval {
  readonly by: Life;
  /** The service beside which it ran, or the event before or after which it ran. */
  readonly text: string;
}

/**
 * The scenario's order rules, judged by the times at which services ran. A service counts from its
 * start to its exit, whether it serves or not. It takes messages before the lab sees it serve, and
 * in its grace.
 */
export function judgeRules(reading: Reading): readonly RuleVerdict[] {
  return (reading.start.rules ?? []).map((rule) => {
    const common = { name: rule.name, rule: describeRule(rule) };
    const breaches = breachesOf(rule, reading);
    if (breaches.length > 0) {
      const why = rule.why === undefined ? [] : [rule.why];
      return { ...common, status: 'failed', evidence: [...broken(breaches, reading), ...why] };
    }
    const missing = whyUnseen(reading);
    return missing === null
      ? { ...common, status: 'proven', evidence: ['No service broke it at any time.'] }
      : { ...common, status: 'not-proven', evidence: [missing] };
  });
}

export function ruleInWords({ name, rule, status, evidence }: RuleVerdict): string {
  return `order-rule ${name} is ${status}: ${rule}. ${evidence[0] ?? ''}`;
}

function whyUnseen({ start, finish }: Reading): string | null {
  if (start.watched !== undefined) return 'A watch does not see which services run when.';
  return finish?.outcome === 'completed' ? null : 'The run ended before its last step.';
}

/** Other breaches are listed below the first. */
const LISTED = 5;

function broken(breaches: readonly BreachTime[], { steps }: Reading): readonly string[] {
  const [first, ...others] = breaches;
  if (first === undefined) return [];
  const describe = ({ by, text }: BreachTime): string => `${by.name} ran at ${by.label}${text}`;
  const step = steps.at(first.from, first.by.node);
  const where = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
  return [
    `Broken for ${seconds(lengthOf(breaches))}, from ${seconds(first.from)}${where}: ${describe(first)}.`,
    ...others
      .slice(0, LISTED)
      .map(
        (one) => `For ${seconds(one.to - one.from)} from ${seconds(one.from)}: ${describe(one)}.`,
      ),
  ];
}

/** In order of time. */
function breachesOf(rule: OrderRule, reading: Reading): readonly BreachTime[] {
  const { lives } = reading.services;
  const forbidden = lives.filter(
    (life) => life.side === rule.no.at && isNamed(rule.no.service, life),
  );
  return forbidden
    .flatMap((by) => occasionsOf(rule, by, reading).map((occasion) => ({ ...occasion, by })))
    .filter(({ from, to }) => to > from)
    .toSorted((a, b) => a.from - b.from || b.to - a.to);
}

function occasionsOf(
  rule: OrderRule,
  by: Life,
  reading: Reading,
): readonly Omit<BreachTime, 'by'>[] {
  const { while: beside, before, after, sameVhost } = rule;
  const own = lifetime(by, reading);
  if (beside !== undefined) {
    return reading.services.lives
      .filter(({ side, name }) => side === beside.at && name !== by.name)
      .filter((life) => isNamed(beside.service, life))
      .flatMap((other) => {
        const both = common(own, lifetime(other, reading));
        const shared = sameVhost === true ? onOneVhost(both, [by, other], reading) : [both];
        const text = ` beside ${other.name} at ${other.label}`;
        return shared.map((interval) => ({ ...interval, text }));
      });
  }
  if (before !== undefined) {
    const doneAt = firstDone(before, reading);
    const text = doneAt === undefined ? `; no ${before} was done` : ` before ${before} was done`;
    return [{ ...common(own, { from: 0, to: doneAt ?? reading.endAt }), text }];
  }
  const doneAt = after === undefined ? undefined : firstDone(after, reading);
  if (doneAt === undefined) return [];
  const text = ` after ${after} was done`;
  return [{ ...common(own, { from: doneAt, to: reading.endAt }), text }];
}

function lifetime({ startedAt, stoppedAt }: Life, { endAt }: Reading): Interval {
  return { from: startedAt, to: stoppedAt ?? endAt };
}

/** An empty interval has its end before its beginning. */
function common(one: Interval, other: Interval): Interval {
  return { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
}

function firstDone(kind: string, { steps }: Reading): number | undefined {
  const ends = steps.all.flatMap((step) =>
    step.kind === kind && step.status === 'done' && step.to !== null ? [step.to] : [],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

type Placing = EventOf<'service-started'> | EventOf<'service-moved'>;

/** The parts of an interval in which both are on the same broker vhost. */
function onOneVhost(
  time: Interval,
  lives: readonly [Life, Life],
  { events, start }: Reading,
): readonly Interval[] {
  const placings = events.filter(
    (event): event is Placing => event.type === 'service-started' || event.type === 'service-moved',
  );
  const vhostAt = ({ name }: Life, instant: number): string | undefined =>
    placings.findLast((one) => `${one.node}/${one.service}` === name && one.at <= instant)?.vhost ??
    start.baseVhost;
  const changes = placings.map(({ at }) => at).filter((at) => at > time.from && at < time.to);
  const bounds = [time.from, ...changes, time.to];
  const parts = bounds.slice(1).map((to, index) => ({ from: bounds[index] ?? time.from, to }));
  const [one, other] = lives;
  return parts
    .filter(({ from }) => vhostAt(one, from) === vhostAt(other, from))
    .reduce<readonly Interval[]>((joined, part) => {
      const last = joined.at(-1);
      return last?.to === part.from
        ? [...joined.slice(0, -1), { from: last.from, to: part.to }]
        : [...joined, part];
    }, []);
}
