/** Longer words are not misspelt names, and take long to compare. */
const LONGEST = 100;
/** A word that differs by more is probably part of a name, not a misspelt name. */
const ONE_SLIP = 2;
/** Shorter parts occur in names by chance. */
const SHORTEST_PART = 5;

/** The candidate that the user most likely meant by `word`, if one is near. */
export function nearest(
  word: string,
  candidates: readonly string[],
  limit?: number,
): string | undefined {
  if (word.length > LONGEST) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = ranked;
  // Among similar names, such as 2025.1 and 2026.1, two equally near names give no hint.
  if (best === undefined || (limit !== undefined && best.distance === next?.distance)) {
    return undefined;
  }
  if (limit === undefined && best.distance > ONE_SLIP) {
    const whole = withPart(word, candidates);
    if (whole !== undefined) return whole;
  }
  const most = limit ?? Math.max(1, Math.floor(word.length * 0.4));
  return best.distance <= most ? best.candidate : undefined;
}

/** The shortest name that contains `word`, if all other such names contain that name. */
function withPart(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < SHORTEST_PART) return undefined;
  const having = candidates.filter((candidate) => candidate.includes(word));
  const shortest = having.toSorted((a, b) => a.length - b.length)[0];
  return shortest !== undefined && having.every((one) => one.includes(shortest))
    ? shortest
    : undefined;
}

/**
 * `message`, with a question whether the nearest candidate was meant.
 *
 * @param limit How many letters may differ; one candidate alone may be as near. Default: four in ten.
 */
export function withNearest(
  message: string,
  word: string,
  candidates: readonly string[],
  limit?: number,
): string {
  const candidate = nearest(word, candidates, limit);
  return candidate === undefined ? message : `${message} (did you mean ${candidate}?)`;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  const columns = Array.from(b);
  let previous = [0, ...columns.map((_, index) => index + 1)];
  for (const [row, left] of Array.from(a).entries()) {
    const current = [row + 1];
    for (const [column, right] of columns.entries()) {
      const replaced = (previous[column] ?? 0) + (left === right ? 0 : 1);
      const inserted = (current[column] ?? 0) + 1;
      const deleted = (previous[column + 1] ?? 0) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
