import type { Side } from '../../release/release.ts';
import type { Role } from './topology.ts';

/** A service of one release sends messages, and an engine of the other release takes them. */
export interface Meeting {
  readonly sender: Role;
  readonly from: Side;
  readonly to: Side;
}

/**
 * The sender and the receiver: a role, or a kind of service if a subject has several kinds of
 * engines.
 */
export type MeetingName = `${string} of ${Side} to ${string} of ${Side}`;

/** All meetings that are possible in a roll. */
export const MEETINGS: readonly Meeting[] = [
  { sender: 'api', from: 'target', to: 'base' },
  { sender: 'api', from: 'base', to: 'target' },
  { sender: 'engine', from: 'target', to: 'base' },
  { sender: 'engine', from: 'base', to: 'target' },
];

/** E.g. `api of target to engine of base`. */
export function meetingName({ sender, from, to }: Meeting): MeetingName {
  return meetingOfKinds({ sender, from, to, taker: 'engine' });
}

/** E.g. `worker of target to central of base`. */
export function meetingOfKinds({
  sender,
  from,
  to,
  taker,
}: {
  readonly sender: string;
  readonly from: Side;
  readonly to: Side;
  readonly taker: string;
}): MeetingName {
  return `${sender} of ${from} to ${taker} of ${to}`;
}

const AGE = { base: 'old', target: 'new' } as const satisfies Record<Side, string>;
const SERVICE = { api: 'API', engine: 'engine' } as const satisfies Record<Role, string>;

/** `new API → old engine`. */
export function describeMeeting({ sender, from, to }: Meeting): string {
  return `${AGE[from]} ${SERVICE[sender]} → ${AGE[to]} engine`;
}
