/**
 * What HAProxy's termination state says, of its first two characters: which event ended the
 * session first, and what it was doing then.
 *
 * @see HAProxy's Configuration Manual, 8.5 "Session state at disconnection".
 */
const ENDED_BY: Readonly<Record<string, string>> = {
  C: 'the client broke it off',
  S: 'the server broke it off or refused it',
  P: 'the balancer ended it by a rule or for a bad message',
  L: 'the balancer answered it itself',
  R: 'the balancer ran out of a resource',
  I: 'the balancer found a fault in itself',
  D: 'the balancer ended it since the server was marked as down',
  U: 'the balancer ended it since a better server was up again',
  K: 'an administrator ended it',
  c: 'the client’s time ran out',
  s: 'the server’s time ran out',
};
const WHILE: Readonly<Record<string, string>> = {
  R: 'while the request was awaited',
  Q: 'while it waited in the queue for a server',
  C: 'while the connection to the server was made',
  H: 'while the answer’s headers were awaited',
  D: 'while the answer was passed on',
  L: 'while the last of the answer was passed to the client',
  T: 'while it was held up on purpose',
};

/** A termination state in words. */
export function meaningOf(code: string, server: string | null): string {
  const [by = '-', when = '-'] = code;
  if (by === '-') return 'it ended by itself';
  // The code of a refused connection: of one to nobody the log names no server.
  if (by === 'S' && when === 'C' && server === null) return 'no server was available';
  const who = ENDED_BY[by] ?? `event ${by} ended it`;
  const at = when === '-' ? '' : ` ${WHILE[when] ?? `in state ${when}`}`;
  return who + at;
}
