import { IMAGE_SERIES, SOURCE_SERIES } from '../../release/release.ts';
import type { Cause, Verdict } from '../schema/verdict.ts';

/** A published finding, and how to recognize a cause as this finding. */
export interface PublishedFinding {
  /** The name of its page. */
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** Exact versions. Default: every version. */
  readonly base?: readonly string[] | undefined;
  readonly target?: readonly string[] | undefined;
  /** Of the service that the cause names. */
  readonly service?: readonly string[] | undefined;
  readonly titleLike?: RegExp | undefined;
  readonly sampleLike?: RegExp | undefined;
}

/** The published findings behind a red run. They change no outcome. */
export interface KnownFindings {
  readonly findings: readonly PublishedFinding[];
  /** Causes that did harm, and how many of them are published findings. */
  readonly causes: number;
  readonly known: number;
}

/** The published findings among the causes that did harm; noise and plain log errors did none. */
export function knownFindings(
  verdict: Pick<Verdict, 'causes' | 'base' | 'target'>,
  published: readonly PublishedFinding[],
): KnownFindings {
  const harmful = verdict.causes.filter(({ harm }) => harm !== 'noise' && harm !== 'log-only');
  const matched = harmful.map((cause) => published.find((one) => isIt(one, cause, verdict)));
  const findings = matched.flatMap((one) => one ?? []);
  return { findings: [...new Set(findings)], causes: harmful.length, known: findings.length };
}

function isIt(
  finding: PublishedFinding,
  cause: Cause,
  { base, target }: Pick<Verdict, 'base' | 'target'>,
): boolean {
  const among = (versions: readonly string[] | undefined, version: string | null): boolean =>
    versions === undefined || (version !== null && versions.includes(version));
  return (
    finding.kind === cause.kind &&
    // A user's own source and images may have a fault that the release does not have.
    ![base, target].some(
      ({ series, version }) =>
        [IMAGE_SERIES, SOURCE_SERIES].includes(series) || version.includes('+'),
    ) &&
    among(finding.base, base.version) &&
    among(finding.target, target.version) &&
    among(finding.service, cause.version) &&
    (finding.titleLike?.test(cause.title) ?? true) &&
    (finding.sampleLike?.test(cause.sample ?? '') ?? true)
  );
}
