import type { Cause, Verdict } from '../../verdict/schema/verdict.ts';

/** The wanted cause: that of the bad commit's run, or the user's description of it. */
export type WantedCause =
  | { readonly by: 'cause'; readonly key: string }
  | { readonly by: 'text'; readonly text: RegExp };

/** The cause that did most harm to a run; none if only the machine did harm. */
export function worstCause({ causes }: Verdict): Cause | undefined {
  return causes.find(({ harm }) => harm !== 'noise' && harm !== 'log-only');
}

/** The cause of a run that is the wanted one. */
export function findCause(verdict: Verdict, wanted: WantedCause): Cause | undefined {
  const harmful = verdict.causes.filter(({ harm }) => harm !== 'noise');
  return harmful.find((cause) =>
    wanted.by === 'cause'
      ? cause.key === wanted.key
      : wanted.text.test([cause.kind, cause.title, cause.sample].join('\n')),
  );
}
