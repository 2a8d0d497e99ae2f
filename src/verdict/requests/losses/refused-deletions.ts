import type { EventOf, RunEvent } from '../../../events/event.ts';
import { counted } from '../../../text/counted.ts';
import type { RefusedTokens } from './refused-tokens.ts';

type IntegrityCheck = EventOf<'integrity-checked'>;

/** Objects that the subject left elsewhere, because its token was refused when it deleted them. */
export interface RefusedDeletions {
  /** The log lines of the refusals that explain a failed check, in order of time. */
  readonly refusals: readonly EventOf<'log-finding'>[];
  /** What was left, in a sentence; `undefined`: no failed check is explained. */
  readonly inWords: string | undefined;
  /** Whether refusals explain everything that a failed check found. */
  explains(check: IntegrityCheck): boolean;
}

/**
 * A deletion that Keystone refuses leaves its object, with an upgrade and without. It counts only if
 * tokens of users were refused before, and new ones taken: otherwise the service may have used a
 * wrong one.
 */
export function readRefusedDeletions(
  events: readonly RunEvent[],
  tokens: RefusedTokens | undefined,
): RefusedDeletions {
  const refused =
    tokens === undefined
      ? []
      : events
          .filter((event) => event.type === 'log-finding')
          .filter(({ at }) => at >= tokens.from);
  const refusalsOf = ({ surplus, at }: IntegrityCheck) =>
    surplus === undefined
      ? []
      : refused.filter((line) => line.signature === surplus.refusedBy && line.at <= at);
  const explains = (check: IntegrityCheck): boolean => {
    const { surplus } = check;
    const { length } = refusalsOf(check);
    return surplus !== undefined && length > 0 && surplus.count - length <= surplus.within;
  };
  const explained = events
    .filter((event) => event.type === 'integrity-checked')
    .filter((check) => !check.ok && explains(check));
  const [first] = explained;
  const refusals = [...new Set(explained.flatMap(refusalsOf))].toSorted((a, b) => a.at - b.at);
  return {
    refusals,
    inWords:
      first === undefined
        ? undefined
        : `${first.check}, ${first.object}: ${first.detail}. ${counted(refusals.length, 'deletion')} of them ${refusals.length === 1 ? 'was' : 'were'} refused with 401: ${first.surplus?.why ?? ''}.`,
    explains,
  };
}
