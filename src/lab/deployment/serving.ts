import { RollgateError } from '../../errors.ts';
import { UNKNOWN_VERSION, type ReleaseRef } from '../../release/release.ts';
import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Serving } from '../../subject/subject.ts';
import { LAB, readServiceLabels } from '../labels.ts';
import { lastLines } from '../last-logs.ts';
import type { ReachableLab } from './reachable-lab.ts';

export interface ServingOptions {
  readonly vhost: string;
  readonly startedAt: number;
  /** How long the service may take from now until it serves. */
  readonly limitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a service answers, and checks its version.
 * @throws RollgateError `did-not-serve` with its last log lines; `version-differs`.
 */
export async function awaitServing(
  lab: ReachableLab,
  instance: ServiceInstance,
  release: ReleaseRef,
  { vhost, startedAt, limitSeconds, signal }: ServingOptions,
): Promise<Serving> {
  try {
    const serving = await lab.subject.awaitServing(lab, instance, {
      limitSeconds,
      startedAt,
      hasEngine: await hasEngine(lab, vhost),
      signal,
    });
    if (release.version === UNKNOWN_VERSION || serving.version === release.version) return serving;
    throw new RollgateError(
      'version-differs',
      `${instance.node}/${instance.service} runs ${serving.version}, not ${release.version}`,
    );
  } catch (error) {
    if (!(error instanceof RollgateError) || error.code !== 'did-not-serve') throw error;
    throw new RollgateError(error.code, error.message, {
      cause: error,
      detail: await lastLines(lab.engine, lab.container(instance), 30),
      hint: 'Its log says why; a machine that is too busy may need a higher durations.serveSeconds',
    });
  }
}

/** Whether an engine takes work from a vhost. */
async function hasEngine({ engine, name }: ReachableLab, vhost: string): Promise<boolean> {
  const { containers } = await engine.find({ [LAB]: name });
  return containers.some(({ labels, state }) => {
    const service = readServiceLabels(labels);
    return state === 'running' && service?.instance.role === 'engine' && service.vhost === vhost;
  });
}
