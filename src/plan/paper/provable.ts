import { MEETINGS, describeMeeting, meetingName } from '../../scenario/topology/meeting.ts';
import type { Coexistence } from './coexistence.ts';

/**
 * What a run can and cannot prove about two releases, depending on which releases meet in its plan.
 */
export interface Provable {
  /** Pairs of sender and engine; empty if base and target exchange no messages. */
  readonly meets: readonly string[];
  /**
   * Everything that no result of the run can prove; a clause, a tag or a pair in each sentence.
   */
  readonly cannot: readonly string[];
}

export function provable({ releases, vhost, meetings, upgrades }: Coexistence): Provable {
  const meets = meetings.map(describeMeeting);
  if (!upgrades) return { meets, cannot: ['any tag: nothing is upgraded'] };
  if (!releases) {
    return {
      meets,
      cannot: [
        'supports-rolling-upgrade and the tags that build on it: base and target never run side by side',
      ],
    };
  }
  if (!vhost) {
    return {
      meets,
      cannot: [
        'that base and target understand each other’s messages: each has a vhost of its own',
      ],
    };
  }
  const met = new Set(meetings.map(meetingName));
  const missing = MEETINGS.filter((meeting) => !met.has(meetingName(meeting)));
  return {
    meets,
    cannot: missing.map((meeting) => `anything about ${describeMeeting(meeting)}: they never meet`),
  };
}

/** The pairs that meet, in a line. */
export function describeMeets({ meets }: Provable): string {
  return meets.length === 0 ? 'base and target exchange no message' : meets.join(', ');
}
