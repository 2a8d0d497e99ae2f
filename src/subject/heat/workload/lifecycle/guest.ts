import type { HttpResult } from '../../../../load/http/request.ts';
import type { StackIdentity } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { HOOK, HOOKED, type Transport } from '../../api/template.ts';
import type { Signaller } from './signal.ts';

/**
 * A signal that was not accepted is sent again, as a guest does, for about a minute; on a slow
 * machine for twice as long.
 */
const SIGNAL_TRIES = 30;
const SIGNAL_PAUSE_MS = 2000;
const SIGNAL_LIMIT_MS = 120_000;
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
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
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
  let isElsewhere = false;
  const until = guest.now() + SIGNAL_LIMIT_MS;
  for (let tries = 0; tries < SIGNAL_TRIES && guest.now() < until && options.wanted(); tries += 1) {
    await guest.pause(SIGNAL_PAUSE_MS);
    await guest.mayAsk();
    const { sent, waits } = await signalOnce(guest, options.stack, options.transport);
    if (sent?.outcome === 'served' && options.wanted()) {
      return { accepted: sent, isUnanswered, isElsewhere: false };
    }
    isUnanswered ||= sent !== undefined;
    isElsewhere = waits === false;
  }
  return { accepted: undefined, isUnanswered, isElsewhere: isElsewhere && !isUnanswered };
}

export interface SentSignal {
  readonly accepted: HttpResult | undefined;
  /** Heat may have taken it although its answer did not say so. */
  readonly isUnanswered: boolean;
  /** None was sent: by Heat's last answer, the stack does not wait for one. */
  readonly isElsewhere: boolean;
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
    const { sent } = await signalOnce(guest, found, options.transport);
    if (sent?.outcome === 'served') return;
  }
}

interface Look {
  /** The answer to the signal, if one was sent. */
  readonly sent: HttpResult | undefined;
  /** Whether the stack waits for it; `undefined` if Heat did not say. */
  readonly waits: boolean | undefined;
}

const UNSEEN: Look = { sent: undefined, waits: undefined };
const ELSEWHERE: Look = { sent: undefined, waits: false };

/** Sends the signal if the stack waits for it. */
async function signalOnce(guest: Guest, stack: StackIdentity, transport: Transport): Promise<Look> {
  const { api, record, signaller } = guest;
  if (transport === 'hook') return clearOnce(guest, stack);
  const { result: asked, value } = await api.show(stack);
  record(asked);
  if (value === undefined) return UNSEEN;
  const sent = await signaller.send(transport, value.outputs);
  if (sent === undefined) return ELSEWHERE;
  record(sent);
  return { sent, waits: true };
}

async function clearOnce({ api, record, pause }: Guest, stack: StackIdentity): Promise<Look> {
  const { result, value: events } = await api.events(stack);
  record(result);
  if (events === undefined) return UNSEEN;
  if (!events.some(({ name, status }) => name === HOOKED && status === AT_HOOK)) return ELSEWHERE;
  // A resource that does not wait goes on within this time.
  await pause(SIGNAL_PAUSE_MS);
  const { result: listed, value: resources } = await api.resources(stack);
  record(listed);
  if (resources === undefined) return UNSEEN;
  const waits = resources.some(({ name, status }) => name === HOOKED && status === AT_HOOK);
  if (!waits) return ELSEWHERE;
  const { result: sent } = await api.clearHook(stack, HOOKED, HOOK);
  record(sent);
  return { sent, waits: true };
}
