import { counted, some } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { starvationCauseId, type Starvation } from '../../history/messages/starved.ts';
import type { Life } from '../../history/services/life.ts';
import type { Services } from '../../history/services/services.ts';
import type { Reading } from '../../reading/reading.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import { holdersOf, unfinishedOf, type Stuck } from './stuck.ts';

/** Objects, and when each halted. */
export function halts(stuck: readonly Stuck[]): string {
  return some(stuck.map(({ object, haltedAt }) => `${object.name} at ${seconds(haltedAt)}`));
}

/** `node1/heat-engine was asked to stop at 12.8 s and had exited at 25.7 s, exit status 0.` */
export function endOf(life: Life, endAt: number): string {
  const exit = life.exitCode === null ? '' : `, exit status ${life.exitCode}`;
  const id = life.engineId === null ? '' : ` (engine ${life.engineId})`;
  const reason =
    life.stoppingAt === null ? '' : `was asked to stop at ${seconds(life.stoppingAt)} and `;
  return `${life.name}${id} ${reason}had exited at ${seconds(life.stoppedAt ?? endAt)}${exit}.`;
}

export function holderOf({ object, haltedAt }: Stuck, services: Services): Life | undefined {
  return holdersOf(object, haltedAt, services)[0];
}

/** An object's state: its unfinished parts and their holders. */
export function stateOf(stuck: Stuck, services: Services): string {
  const { object } = stuck;
  const status = object.operations.find(({ outcome }) => outcome === 'stuck')?.settled?.status;
  const holder = holderOf(stuck, services);
  const parts = unfinishedOf(object).map(({ part, status, heldBy }) =>
    heldBy === undefined ? `${part} ${status}` : `${part} ${status} held by ${heldBy}`,
  );
  return [
    `${object.name}: ${status ?? 'unknown status'}`,
    ...(parts.length === 0 ? [] : [`unfinished: ${some(parts, 3)}`]),
    ...(holder === undefined ? [] : [`the holder is ${holder.name} ${holder.label}`]),
  ].join('; ');
}

/** The starvation of APIs to which a lost request belongs. */
export function starvationBehind(
  { causeId }: LostRequest,
  { starvations, steps }: Reading,
): Starvation | undefined {
  return starvations.find((one) => starvationCauseId(one, steps) === causeId);
}

/**
 * The requests that a starved API did not take.
 *
 * @param which Of the calls that it waited for.
 */
export function behindInWords(
  shares: readonly { readonly starvation: Starvation }[],
  which: string,
): readonly string[] {
  const [first] = shares;
  if (first === undefined) return [];
  const { apis, calls, lines } = first.starvation;
  const [line] = lines;
  const full = line === undefined ? '' : ` from ${seconds(line.at)} on`;
  return [
    `${apis.join(' and ')} waited for ${counted(calls, 'call')} ${which}, until no worker was left: ${apis.length === 1 ? 'its listen queue was' : 'their listen queues were'} full${full}, and ${counted(shares.length, 'request')} reached no service.`,
  ];
}
