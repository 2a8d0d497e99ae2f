/** `1,204`, in the same way everywhere. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 stack`, `1,204 stacks`, `2 queries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
