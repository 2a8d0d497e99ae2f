/** `12.3 s` from milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `from 1.0 s to 2.0 s`, or `at 1.0 s`; of milliseconds. */
export function span(from: number, to: number): string {
  const [first, last] = [seconds(from), seconds(to)];
  return first === last ? `at ${first}` : `from ${first} to ${last}`;
}
