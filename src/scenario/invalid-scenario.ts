import { listedFirst } from '../document/problem.ts';
import { formatWrittenProblem, inOrderOfOrigin, type WrittenProblem } from '../document/written.ts';
import { RollgateError } from '../errors.ts';

/** One option may set two values, like `--series`: its problem is reported once. */
function isFirst(
  { origin, message }: WrittenProblem,
  index: number,
  all: readonly WrittenProblem[],
): boolean {
  if (origin.kind !== 'option') return true;
  return !all
    .slice(0, index)
    .some(
      (other) =>
        other.origin.kind === 'option' &&
        other.origin.option === origin.option &&
        other.message === message,
    );
}

/**
 * An error with every problem, in the order of reading the files.
 *
 * @param caller The author of a scenario that no user wrote.
 */
export function invalidScenario(
  problemsFound: readonly WrittenProblem[],
  caller?: string,
): RollgateError {
  const sorted = problemsFound.filter(isFirst).toSorted(inOrderOfOrigin);
  // One value of the caller can become two of the scenario.
  const lines = [...new Set(sorted.map(formatWrittenProblem))];
  const files = [...new Set(sorted.map(({ within = 'scenario' }) => `the ${within}`))].sort();
  const what =
    caller === undefined
      ? `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'}`
      : `${caller} was given`;
  const message =
    lines.length === 1
      ? lines.join('')
      : `${what} ${lines.length} problems\n${listedFirst(lines).join('\n')}`;
  const place = sorted.flatMap(({ origin }) => (origin.kind === 'file' ? [origin.place] : []))[0];
  return new RollgateError('invalid-scenario', message, {
    kind: 'usage',
    ...(place === undefined ? {} : { place }),
  });
}
