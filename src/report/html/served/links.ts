/** The address of a run's page. @param id Its path below the served folder. */
export function runPath(id: string): string {
  return `/run/${encodeURIComponent(id)}/`;
}

/** The page with everything about a stack or a request of a run. */
export function followPath(id: string, wanted: string): string {
  return `${runPath(id)}follow?what=${encodeURIComponent(wanted)}`;
}

/** A file of a run's folder. @param file `plan.txt`, `logs/haproxy.log`. */
export function filePath(id: string, file: string): string {
  return `${runPath(id)}file/${encodeURIComponent(file)}`;
}
