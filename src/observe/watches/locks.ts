import { changes, startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 2000;

export interface LockWatchOptions extends Watching {
  readonly locks: (signal: AbortSignal) => Promise<HeldRows>;
}

interface HeldRows {
  readonly locks: readonly { readonly object: string; readonly engineId: string }[];
  readonly held: readonly { readonly engineId: string; readonly count: number }[];
}

/** Reads every two seconds which rows engines hold in the database; emits them on a change. */
export function watchLocks({ locks, ...watching }: LockWatchOptions): Watch {
  const changed = changes();
  return startWatch({
    ...watching,
    name: 'locks',
    everyMs: INTERVAL_MS,
    limitMs: 3000,
    look: async (signal) => {
      const { locks: owned, held } = await locks(signal);
      const sample = { locks: [...owned], held: [...held] };
      return changed('locks', sample)
        ? [{ type: 'locks-sampled', at: watching.now(), ...sample }]
        : [];
    },
  });
}
