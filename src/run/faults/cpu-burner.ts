import { availableParallelism } from 'node:os';
import { waitFor } from '../../containers/wait.ts';
import { serverSpec } from '../../lab/specs.ts';
import type { RunLab } from '../lab.ts';

/** Each process of the lab then gets at least a ninth of a core's time. */
const LOOPS_PER_CORE = 8;
/** How much longer than its loops the container may take. */
const SPARE_SECONDS = 60;

/**
 * Keeps every core of the machine busy for a time, with enough loops to leave other processes only
 * a small share. The loops end by themselves, even if this process is killed.
 *
 * @throws The signal's reason; the loops are gone then.
 */
export async function burnCpu(
  lab: RunLab,
  seconds: number,
  signal: AbortSignal,
  on: { readonly began: () => void; readonly ended: () => void },
): Promise<void> {
  const name = lab.nameBeside('burner');
  const loops = availableParallelism() * LOOPS_PER_CORE;
  const command = `for i in $(seq ${loops}); do timeout ${seconds} sh -c 'while :; do :; done' & done; wait`;
  try {
    const { image } = serverSpec(lab, 'haproxy', lab.subject.shape.baseVhost);
    await lab.startBeside('burner', { image, command: ['sh', '-c', command] }, signal);
    on.began();
    await waitFor(
      {
        what: 'the end of the CPU burner',
        limitSeconds: seconds + SPARE_SECONDS,
        signal,
        everyMs: 250,
      },
      async () =>
        (await lab.engine.state(name))?.running === true
          ? { notYet: 'it runs' }
          : { value: undefined },
    );
    on.ended();
  } finally {
    await lab.engine.remove(name);
  }
}
