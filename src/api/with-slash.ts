/** A path below the project: users write it with and without its first slash. */
export function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
