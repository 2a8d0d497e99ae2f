/** `1,204`, in the same way everywhere. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 stack`, `1,204 stacks`, `2 queries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** The first few of a list and how many more there are. */
export function some(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
