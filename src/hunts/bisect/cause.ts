import { kindOf } from '../../scenario/topology/topology.ts';
import type { Cause, Verdict } from '../../verdict/schema/verdict.ts';

/** What is looked for: the cause that a bad commit's run showed, or what the user says of it. */
export type Wanted =
  | { readonly by: 'cause'; readonly key: string }
  | { readonly by: 'text'; readonly text: RegExp };

/** The cause that did most harm to a run; none where nothing did any but the machine. */
export function worstCause({ causes }: Verdict): Cause | undefined {
  return causes.find(({ harm }) => harm !== 'noise' && harm !== 'log-only');
}

/** The cause of a run that is the wanted one. */
export function findCause(verdict: Verdict, wanted: Wanted): Cause | undefined {
  const harmful = verdict.causes.filter(({ harm }) => harm !== 'noise');
  return harmful.find((cause) =>
    wanted.by === 'cause'
      ? causeKey(cause, verdict) === wanted.key
      : wanted.text.test([cause.kind, cause.title, cause.sample].join('\n')),
  );
}

/** A cause without what differs from commit to commit and from run to run: versions, nodes, counts. */
export function causeKey(
  { kind, harm, service, version, title }: Cause,
  { base, target }: Pick<Verdict, 'base' | 'target'>,
): string {
  const side = version === target.version ? 'target' : version === base.version ? 'base' : version;
  const words = title
    .replaceAll(target.version, 'target')
    .replaceAll(base.version, 'base')
    .replaceAll(/\bnode\d+\b\/?/g, '')
    .replaceAll(/ \(\d[^)]*\)/g, '');
  return [kind, harm, service === null ? '' : kindOf(service), side ?? '', words].join(' | ');
}
