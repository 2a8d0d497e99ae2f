import { constants, getPriority, setPriority } from 'node:os';

const OWN = 0;

/**
 * Gives this process priority while it measures, if it is allowed to (root, or CAP_SYS_NICE).
 * Otherwise a busy machine's effect on the harness looks like the subject's fault. The process
 * mostly sleeps, so the lab loses little.
 *
 * @returns A function that restores the priority.
 * @see setpriority(2): on Linux it applies to the calling thread and the threads that it starts.
 */
export function measureFirst(
  { get, set }: PrioritySystem = {
    get: () => getPriority(OWN),
    set: (priority) => setPriority(OWN, priority),
  },
): () => void {
  const before = get();
  if (before <= constants.priority.PRIORITY_HIGH) return () => undefined;
  try {
    set(constants.priority.PRIORITY_HIGH);
  } catch {
    // Without the permission the harness keeps its priority; its delay is measured.
    return () => undefined;
  }
  return () => set(before);
}

/** Nice values, from -20 (first) to 19. */
interface PrioritySystem {
  readonly get: () => number;
  readonly set: (priority: number) => void;
}
