import type { Finding, Severity } from '../events/finding.ts';

export type Counts = Readonly<Record<Severity, number>>;

export function countFindings(findings: readonly Finding[]): Counts {
  const of = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return { blocking: of('blocking'), risk: of('risk'), info: of('info') };
}

/** Whether a choreography keeps a finding from doing harm. */
export function isAvoidedBy({ avoidedBy }: Finding, choreography: string): boolean {
  return avoidedBy?.includes(choreography) === true;
}

/** Findings that stop an upgrade that is rolled in this way. */
export function blockingFor(
  findings: readonly Finding[],
  choreography: string,
): readonly Finding[] {
  return findings.filter(
    (finding) => finding.severity === 'blocking' && !isAvoidedBy(finding, choreography),
  );
}
