/**
 * Whether all these versions of Heat, such as `24.0.0`, are of a major version or newer. True for
 * none: they are not known.
 */
export function allSince(major: number, versions: readonly string[]): boolean {
  return versions.every((version) => Number(version.split('.')[0]) >= major);
}
