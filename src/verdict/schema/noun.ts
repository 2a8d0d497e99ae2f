/** The noun of runs whose events lack one: they were all of the first subject. */
const FIRST_NOUN = 'stack';

/** The object that users of the subject make, from the run's first event: `stack`. */
export function nounOf({ noun }: { readonly noun?: string | undefined }): string {
  return noun ?? FIRST_NOUN;
}

/** `Stacks`: a noun in the plural, at the start of a title. */
export function titled(noun: string): string {
  return `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}s`;
}

/**
 * The unit of a cause's count, as a person reads it: `stacks`, or `stack` for a count of one. The
 * key `stacks` of `verdict.json` means the objects of any subject.
 */
export function unitInWords(
  { count, unit }: { readonly count: number; readonly unit: string },
  noun: string,
): string {
  const many = unit === 'stacks' ? `${noun}s` : unit;
  return count === 1 ? many.replace(/s$/, '') : many;
}
