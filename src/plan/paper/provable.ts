import { SIDES } from '../../release/release.ts';
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

/** What a plan can prove, by the releases that meet in it, and what it cannot. */
export function provable(seen: Coexistence): Provable {
  const { releases, vhost, meetings, upgrades } = seen;
  const meets = meetings.map(describeMeeting);
  if (!upgrades) return { meets, cannot: ['any tag: nothing is upgraded'] };
  if (!releases) {
    return {
      meets,
      cannot: [`${ROLLING}: base and target never run side by side`],
    };
  }
  const absent = absentIn(seen);
  const tags =
    absent.length === 0 ? [] : [`${ROLLING}: the mixed state has ${absent.join(' and ')}`];
  if (!vhost) {
    return {
      meets,
      cannot: [
        ...tags,
        'that base and target understand each other’s messages: each has a vhost of its own',
      ],
    };
  }
  const met = new Set(meetings.map(meetingName));
  const missing = MEETINGS.filter((meeting) => !met.has(meetingName(meeting)));
  return {
    meets,
    cannot: [
      ...tags,
      ...(missing.length === 0
        ? []
        : [`anything about ${missing.map(describeMeeting).join(', ')}: they never meet`]),
    ],
  };
}

const ROLLING = 'supports-rolling-upgrade and the tags that build on it';

/**
 * The services that are missing in the mixed state: without them, only one release serves or works
 * there.
 */
function absentIn({ mixed }: Coexistence): readonly string[] {
  const kinds = [
    ['API', mixed.api],
    ['engine', mixed.engine],
  ] as const;
  return kinds.flatMap(([kind, sides]) =>
    SIDES.filter((side) => !sides.has(side)).map((side) => `no ${kind} of the ${side}`),
  );
}

/**
 * The tags that a plan cannot prove because there is no mixed state of both releases; `undefined`:
 * none.
 */
export function unprovableTags({ cannot }: Provable): string | undefined {
  return cannot.find((one) => one.startsWith(ROLLING));
}

/** The pairs that meet, in a line. */
export function describeMeets({ meets }: Provable): string {
  return meets.length === 0 ? 'base and target exchange no message' : meets.join(', ');
}
