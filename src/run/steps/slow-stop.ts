import { setTimeout as delay } from 'node:timers/promises';
import type { StoppedContainer } from '../../containers/port.ts';
import type { EventSink } from '../../events/event.ts';
import type { Deployment } from '../../lab/deployment/deployment.ts';
import { instanceName, type ServiceInstance } from '../../scenario/topology/topology.ts';

export interface SlowStopContext {
  readonly lab: {
    readonly engine: Pick<Deployment['engine'], 'exec'>;
    readonly subject: Pick<Deployment['subject'], 'diagnosis'>;
    container(instance: ServiceInstance): string;
  };
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
}

/**
 * Waits for the end of a stop. A service that takes long is asked for a diagnosis, which it writes
 * into its log. An error of this request is not a failure of the stop.
 */
export async function whileStopping(
  stopping: Promise<StoppedContainer>,
  { step, target }: { readonly step: string; readonly target: ServiceInstance },
  { lab, emit, now }: SlowStopContext,
): Promise<StoppedContainer> {
  const diagnosis = lab.subject.diagnosis(target.kind);
  if (diagnosis === undefined) return stopping;
  const over = new AbortController();
  const ask = async (): Promise<void> => {
    await delay(diagnosis.afterSeconds * 1000, undefined, { signal: over.signal });
    await lab.engine.exec(lab.container(target), diagnosis.command, { signal: over.signal });
    const text = `${instanceName(target)} has not stopped for ${diagnosis.afterSeconds} s, and was asked for a report: its log has its ${diagnosis.name}`;
    emit({ type: 'step-note', at: now(), step, text });
  };
  const asking = ask().catch(() => undefined);
  try {
    return await stopping;
  } finally {
    over.abort();
    await asking;
  }
}
