import type { Finding } from '../../events/finding.ts';
import type { OrderRule } from '../../scenario/order-rule.ts';
import { meetingName, type Meeting } from '../../scenario/topology/meeting.ts';
import { servicesOf, type Role, type Topology } from '../../scenario/topology/topology.ts';

/** A kind of service, e.g. `heat-engine`, and its number. */
export interface ServiceKind {
  readonly name: string;
  readonly role: Role;
  readonly count: number;
}

/** A kind of service sends messages to another kind. */
interface KindsMeeting extends Meeting {
  readonly senderKind: string;
  readonly taker: string;
}

/** An order that may be necessary on one broker vhost. */
export interface Candidate {
  readonly rule: OrderRule;
  /** E.g. `heat-engine before heat-api`. */
  readonly title: string;
  /** Which services exchange messages while it is broken. */
  readonly meetings: readonly KindsMeeting[];
}

/** In the topology's order. */
export function kindsOf({ nodes }: Topology): readonly ServiceKind[] {
  const services = servicesOf({ nodes });
  return [...Map.groupBy(services, ({ kind }) => kind)].flatMap(([name, own]) =>
    own.slice(0, 1).map(({ role }) => ({ name, role, count: own.length })),
  );
}

/**
 * Every order between two kinds of services that may matter: only engines take messages, so one of
 * the two is an engine. Engines that send messages to each other may have to change all at once.
 */
export function candidatesOf(topology: Topology): readonly Candidate[] {
  const kinds = kindsOf(topology);
  return kinds.flatMap((first) =>
    kinds
      .filter((then) => first.role === 'engine' || then.role === 'engine')
      .filter((then) => first.name !== then.name || first.count > 1)
      .map((then) => candidate(first, then)),
  );
}

function candidate(first: ServiceKind, then: ServiceKind): Candidate {
  const alone = first.name === then.name;
  return {
    rule: {
      name: alone ? `${first.name}-at-once` : `${first.name}-before-${then.name}`,
      no: { service: then.name, at: 'target' },
      while: { service: first.name, at: 'base' },
      sameVhost: true,
    },
    title: alone ? `every ${first.name} at once` : `${first.name} before ${then.name}`,
    meetings: [
      ...(first.role === 'engine' ? [meeting(then, first, { from: 'target', to: 'base' })] : []),
      ...(then.role === 'engine' ? [meeting(first, then, { from: 'base', to: 'target' })] : []),
    ],
  };
}

function meeting(
  sender: ServiceKind,
  taker: ServiceKind,
  sides: Pick<Meeting, 'from' | 'to'>,
): KindsMeeting {
  return { sender: sender.role, senderKind: sender.name, taker: taker.name, ...sides };
}

/** Forecasts of preflight that come true if an order is broken. */
export interface OnPaper {
  /**
   * `necessary`: a blocking difference takes effect. The simulation alone never shows that an order
   * is unnecessary.
   */
  readonly decision: 'necessary' | 'open';
  /** The worst first. */
  readonly findings: readonly Pick<Finding, 'id' | 'severity' | 'title'>[];
}

/** Preflight's decision about an order. */
export function onPaper({ meetings }: Candidate, findings: readonly Finding[]): OnPaper {
  const striking = findings.filter(
    ({ needs, severity }) =>
      severity !== 'info' &&
      needs?.what === 'message' &&
      meetings.some(
        (one) =>
          needs.pairs.some((pair) => meetingName(pair) === meetingName(one)) &&
          (needs.kinds === undefined ||
            (needs.kinds.taker === one.taker && needs.kinds.senders.includes(one.senderKind))),
      ),
  );
  return {
    decision: striking.some(({ severity }) => severity === 'blocking') ? 'necessary' : 'open',
    findings: striking.map(({ id, severity, title }) => ({ id, severity, title })),
  };
}
