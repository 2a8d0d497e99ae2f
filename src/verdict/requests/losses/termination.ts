/**
 * The meaning of the first two characters of HAProxy's termination state: which event ended the
 * session first, and what the session was doing then.
 *
 * @see HAProxy's Configuration Manual, 8.5 "Session state at disconnection".
 */
const ENDED_BY: Readonly<Record<string, string>> = {
  C: 'the client broke it off',
  S: 'the server broke it off',
  P: 'the balancer ended it by a rule or for a bad message',
  L: 'the balancer answered it itself',
  R: 'the balancer ran out of a resource',
  I: 'the balancer had an internal error',
  D: 'the balancer ended it since the server was marked as down',
  U: 'the balancer ended it since a better server was up again',
  K: 'an administrator ended it',
  c: 'the client’s time ran out',
  s: 'the server’s time ran out',
};
const WHEN: Readonly<Record<string, string>> = {
  R: 'before the request was whole',
  Q: 'in the queue for a server',
  C: 'before it was connected to the server',
  H: 'before an answer’s headers',
  D: 'within the answer',
  L: 'within the last of the answer',
  T: 'while it was held up on purpose',
};

/**
 * A termination state in words.
 *
 * @param server `null` where the log names none.
 */
export function meaningOf(code: string, server: string | null): string {
  const [by = '-', when = '-'] = code;
  if (by === '-') return 'it ended normally';
  if (by === 'S' && when === 'C') {
    return server === null ? 'no server was available' : 'the server refused the connection';
  }
  const who = ENDED_BY[by] ?? `event ${by} ended it`;
  return when === '-' ? who : `${who} ${WHEN[when] ?? `in state ${when}`}`;
}
