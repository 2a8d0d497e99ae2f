import { execa } from 'execa';
import { RollgateError } from '../../errors.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import { sinceStart } from '../../load/clock.ts';
import { newRequestId } from '../../load/http/request.ts';
import { phaseOffsetMs, runOpenLoop } from '../../load/open-loop.ts';
import { slotsFor, type Probe } from '../../load/probe.ts';
import type { ControlBasics } from '../../run/steps/load-session.ts';
import { shortened } from '../../text/shortened.ts';

const RATE = 2;
/** In a network a reply takes milliseconds; a slower path does not count as reachable. */
const TIMEOUT_SECONDS = 2;

/** How one echo request ended. */
interface Echo {
  readonly outcome: RequestOutcome;
  readonly detail?: string;
}

/** Sends an ICMP echo request twice a second, each with a process of the system's `ping`. */
export function startPing(
  {
    name,
    address,
    host,
  }: { readonly name: string; readonly address: string; readonly host: string },
  { clock, standstill, runStart, emit }: ControlBasics,
): Probe {
  const stopping = new AbortController();
  const abandoned = new AbortController();
  const done = runOpenLoop({
    rate: RATE,
    startAt: clock.now() + phaseOffsetMs(name, RATE),
    maxInFlight: slotsFor(RATE, TIMEOUT_SECONDS * 1000),
    clock,
    standstill,
    signal: stopping.signal,
    async send() {
      const sentAt = sinceStart(clock.now(), runStart);
      const echo = await ping(host, abandoned.signal);
      if (abandoned.signal.aborted) return;
      const at = sinceStart(clock.now(), runStart);
      const id = newRequestId();
      emit({ type: 'beside-request', at, id, probe: name, operation: address, sentAt, ...echo });
    },
    drop({ scheduledAt }, reason) {
      const at = sinceStart(clock.now(), runStart);
      const due = sinceStart(scheduledAt, runStart);
      emit({ type: 'arrivals-dropped', at, probe: name, reason, scheduledAt: due });
    },
  });
  done.catch(() => undefined);
  return {
    name,
    done,
    async stop({ abandon = false } = {}) {
      stopping.abort();
      if (abandon) abandoned.abort();
      return done;
    },
  };
}

/**
 * Whether this machine can send echo requests at all.
 *
 * @throws RollgateError `ping-unavailable`.
 */
export async function checkPing(signal: AbortSignal): Promise<void> {
  const { outcome, detail } = await ping('127.0.0.1', signal);
  signal.throwIfAborted();
  if (outcome === 'served') return;
  throw new RollgateError('ping-unavailable', `this machine cannot ping itself: ${detail}`, {
    kind: 'usage',
    hint: 'Install ping (Debian: iputils-ping). It needs CAP_NET_RAW, or the sysctl net.ipv4.ping_group_range with your group in it. Or leave --ping out.',
  });
}

/** ping(8) ends with 0 for a reply, with 1 for none, and with 2 for any other error. */
async function ping(host: string, signal: AbortSignal): Promise<Echo> {
  const args = ['-n', '-c', '1', '-W', String(TIMEOUT_SECONDS), '--', host];
  const { exitCode, stdout, stderr, shortMessage } = await execa('ping', args, {
    stdin: 'ignore',
    reject: false,
    env: { LC_ALL: 'C' },
    cancelSignal: signal,
    // The limit for resolving the name; a reply has its own limit.
    timeout: (TIMEOUT_SECONDS + 1) * 1000,
  });
  if (exitCode === 0) return { outcome: 'served' };
  const said = shortened(`${stderr}\n${stdout}`.trim());
  if (exitCode === 1) {
    // A router or the host's own network reported it; silence is a time-out.
    const unreachable = /^From .*$/m.exec(stdout)?.[0];
    return unreachable === undefined
      ? { outcome: 'timeout', detail: `no reply within ${TIMEOUT_SECONDS} s` }
      : { outcome: 'connect-refused', detail: unreachable };
  }
  if (/not known|resolution|unknown host/i.test(said)) return { outcome: 'dns', detail: said };
  return { outcome: 'client-failed', detail: said === '' ? (shortMessage ?? 'ping failed') : said };
}
