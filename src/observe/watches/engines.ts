import type { EventOf } from '../../events/event.ts';
import { changes, startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 2000;

export interface EngineWatchOptions extends Watching {
  readonly list: (signal: AbortSignal) => Promise<readonly Engine[]>;
}

type Engine = Readonly<EventOf<'engines-listed'>['engines'][number]>;

/** Reads the subject's service list every two seconds; emits it when it changed. */
export function watchEngines({ list, ...watching }: EngineWatchOptions): Watch {
  const changed = changes();
  return startWatch({
    ...watching,
    name: 'engines',
    everyMs: INTERVAL_MS,
    limitMs: 3000,
    look: async (signal) => {
      const engines = (await list(signal)).map(({ host, engineId, status }) => ({
        host,
        engineId,
        status,
      }));
      return changed('engines', engines)
        ? [{ type: 'engines-listed', at: watching.now(), engines }]
        : [];
    },
  });
}
