import type { HttpResult } from '../../../../load/http/request.ts';
import type { StackIdentity } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { HOOK, HOOKED, type Transport } from '../../api/template.ts';
import type { Signaller } from './signal.ts';

/** A signal that was not accepted is sent again, as a guest does, for about a minute. */
const SIGNAL_TRIES = 30;
const SIGNAL_PAUSE_MS = 2000;
/** The status of a resource that waits before its creation, and of the event that says so. */
const AT_HOOK = 'INIT_COMPLETE';
/** How many lists must lack the stack before an unanswered creation counts as lost. */
const ORPHAN_LOOKS = 3;

/** The requests of a stack's guests. */
export interface Guest {
  readonly api: HeatApi;
  readonly signaller: Signaller;
  /** Waits this long, or until the run ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly record: (result: HttpResult) => void;
  /** Resolves when a request may be sent, or the run ends. */
  readonly mayAsk: () => Promise<void>;
}

/**
 * Signals a stack's wait condition until the API accepts the signal.
 *
 * @param options `wanted`: whether the stack still waits for the signal.
 * @returns The answer that accepts the signal, unless it is no longer wanted; and whether an answer
 * may have been lost.
 */
export async function signalStack(
  guest: Guest,
  options: {
    readonly stack: StackIdentity;
    readonly transport: Transport;
    readonly wanted: () => boolean;
  },
): Promise<SentSignal> {
  let isUnanswered = false;
  for (let tries = 0; tries < SIGNAL_TRIES && options.wanted(); tries += 1) {
    await guest.pause(SIGNAL_PAUSE_MS);
    await guest.mayAsk();
    const result = await signalOnce(guest, options.stack, options.transport);
    if (result?.outcome === 'served' && options.wanted()) return { accepted: result, isUnanswered };
    isUnanswered ||= result !== undefined;
  }
  return { accepted: undefined, isUnanswered };
}

export interface SentSignal {
  readonly accepted: HttpResult | undefined;
  /** Heat may have taken it although its answer did not say so. */
  readonly isUnanswered: boolean;
}

/**
 * Signals a stack whose creation got no answer. Heat may have created it anyway; without a signal
 * its engine waits for the guests, and a stop waits for that engine. The ledger has no operation
 * for this signal, because the load does not know the stack.
 *
 * @param options `wanted`: `false` when the run is over.
 */
export async function signalOrphan(
  guest: Guest,
  options: {
    readonly name: string;
    readonly transport: Transport;
    readonly wanted: () => boolean;
  },
): Promise<void> {
  let absent = 0;
  for (let tries = 0; tries < SIGNAL_TRIES && absent < ORPHAN_LOOKS; tries += 1) {
    await guest.pause(SIGNAL_PAUSE_MS);
    await guest.mayAsk();
    if (!options.wanted()) return;
    const { result: listed, value: stacks } = await guest.api.list();
    guest.record(listed);
    const found = stacks?.find(({ name }) => name === options.name);
    if (stacks !== undefined && found === undefined) absent += 1;
    if (found === undefined) continue;
    const sent = await signalOnce(guest, found, options.transport);
    if (sent?.outcome === 'served') return;
  }
}

/** @returns `undefined` if the stack does not wait for the signal yet. */
async function signalOnce(
  { api, record, signaller, pause }: Guest,
  stack: StackIdentity,
  transport: Transport,
): Promise<HttpResult | undefined> {
  if (transport === 'hook') {
    const { result, value: events = [] } = await api.events(stack);
    record(result);
    if (!events.some(({ name, status }) => name === HOOKED && status === AT_HOOK)) return undefined;
    // A resource that does not wait goes on within this time.
    await pause(SIGNAL_PAUSE_MS);
    const { result: listed, value: resources = [] } = await api.resources(stack);
    record(listed);
    const waits = resources.some(({ name, status }) => name === HOOKED && status === AT_HOOK);
    if (!waits) return undefined;
    const { result: sent } = await api.clearHook(stack, HOOKED, HOOK);
    record(sent);
    return sent;
  }
  const { result: asked, value } = await api.show(stack);
  record(asked);
  const sent = value && (await signaller.send(transport, value.outputs));
  if (sent !== undefined) record(sent);
  return sent;
}
