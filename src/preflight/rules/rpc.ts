import { counted } from '../../text/counted.ts';
import type { RpcEndpoint, Message } from '../inventory.ts';
import { byKey, evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Rpc = Half<'rpc'>;

/**
 * Messages that one release sends but the other refuses. oslo.messaging checks the version first,
 * then at the method, then at the arguments (oslo_messaging/rpc/dispatcher.py,
 * `RPCDispatcher.dispatch`).
 */
export const compareRpc: Rule<'rpc'> = (base, target) => {
  const refused = [...refusals(target, base), ...refusals(base, target)];
  const own = refusals(target, target);
  return refused.length + own.length === 0 ? [compatible(base, target)] : [...refused, ...own];
};

function refusals(sender: Rpc, receiver: Rpc): readonly Difference[] {
  const served = byKey(receiver.found, ({ name }) => name);
  return sender.found.flatMap((endpoint) => {
    const all = refusalOfAll(sender, receiver, { endpoint, server: served.get(endpoint.name) });
    if (all !== undefined) return [all];
    const messages = [...byKey(endpoint.messages, ({ method }) => method).values()];
    return messages.flatMap((message) => {
      const server = served.get(endpoint.name);
      const why = server === undefined ? undefined : whyRefused(endpoint, message, server);
      return why === undefined || server === undefined
        ? []
        : [refusal(sender, receiver, { endpoint, message, server, why })];
    });
  });
}

/**
 * A client may send all its messages with one version that the server does not accept. That is one
 * difference, not one per message.
 */
function refusalOfAll(
  sender: Rpc,
  receiver: Rpc,
  {
    endpoint,
    server,
  }: { readonly endpoint: RpcEndpoint; readonly server: RpcEndpoint | undefined },
): Difference | undefined {
  const sent = endpoint.messages.filter(({ callers }) => callers.length > 0);
  const [first] = sent;
  if (server === undefined || first === undefined || sent.length < 2) return undefined;
  const same = sent.every(({ version }) => version === first.version);
  if (!same || whyRefused(endpoint, first, server)?.what !== 'version') return undefined;
  const within = sender.side === receiver.side;
  const takes = server.server.version;
  return {
    id: `rpc-${endpoint.name}-all-${within ? 'own' : `from-${sender.side}`}`,
    area: 'rpc',
    severity: 'blocking',
    title: `${sender.label} sends all its ${counted(sent.length, 'message')} on ${endpoint.topic} with RPC version ${first.version}; ${receiver.label} takes no higher than ${takes}: requests to it fail, casts are lost`,
    evidence: [
      evidence(
        sender,
        first,
        `${first.sender} sends ${first.method} with version ${first.version}, as all of ${listed(sent.map(({ method }) => method))}`,
      ),
      evidence(
        receiver,
        { file: server.server.file, line: server.server.versionLine },
        `${server.server.class} serves ${server.topic} with version ${takes}`,
      ),
    ],
    hazard: within ? 'target-runs' : receiver.side === 'base' ? 'base-hears' : 'target-hears',
    message: { senders: unionOf(sent.map(({ callers }) => callers)), ...kindsOf(endpoint, sent) },
    predicts: { causes: PREDICTED.either, mentions: [first.version] },
  };
}

function kindsOf(
  { takenBy }: RpcEndpoint,
  messages: readonly Message[],
): Pick<NonNullable<Difference['message']>, 'kinds'> {
  const senders = unionOf(messages.map(({ services }) => services ?? []));
  return takenBy == null ? {} : { kinds: { senders, taker: takenBy } };
}

function unionOf<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return [...new Set(lists.flat())];
}

interface Why {
  readonly what: 'topic' | 'version' | 'method' | 'arguments';
  readonly text: string;
}

interface RefusedCall {
  readonly endpoint: RpcEndpoint;
  readonly message: Message;
  readonly server: RpcEndpoint;
  readonly why: Why;
}

/** Why a server would refuse a message; `undefined` if it accepts it. */
function whyRefused(
  { topic }: RpcEndpoint,
  message: Message,
  served: RpcEndpoint,
): Why | undefined {
  const { server } = served;
  if (topic !== served.topic) {
    return { what: 'topic', text: `serves topic ${served.topic} instead` };
  }
  if (!takesVersion(server.version, message.version)) {
    return { what: 'version', text: `takes no higher than ${server.version}` };
  }
  const method = server.methods.find(({ name }) => name === message.method);
  if (method === undefined) return { what: 'method', text: 'has no such method' };
  const known = method.parameters.map(({ name }) => name);
  const unknown = method.variadic
    ? []
    : message.arguments.filter((argument) => !known.includes(argument));
  if (unknown.length > 0) {
    return { what: 'arguments', text: `does not know its ${unknown.join(', ')}` };
  }
  const missing = method.parameters.filter(
    ({ name, required }) => required && !message.arguments.includes(name),
  );
  if (missing.length === 0 || message.variadic) return undefined;
  return { what: 'arguments', text: `wants ${missing.map(({ name }) => name).join(', ')} too` };
}

/** oslo_messaging/_utils.py, `version_is_compatible`. */
function takesVersion(served: string, sent: string): boolean {
  const [major = 0, minor = 0] = served.split('.').map(Number);
  const [sentMajor = 0, sentMinor = 0] = sent.split('.').map(Number);
  return major === sentMajor && sentMinor <= minor;
}

function refusal(sender: Rpc, receiver: Rpc, refused: RefusedCall): Difference {
  const { endpoint, message, server, why } = refused;
  const { method, kind } = message;
  const within = sender.side === receiver.side;
  const knows = server.server.methods.some(({ name }) => name === method);
  const sends = kind === 'cast' ? 'casts' : 'calls';
  // Only new code of the target calls a method that is new in it. A message that no service sends
  // does no harm while services roll.
  const newMethod = sender.side === 'target' && !within && !knows;
  const severity = newMethod || message.callers.length === 0 ? 'risk' : 'blocking';
  return {
    id: `rpc-${endpoint.name}-${method}-${within ? 'own' : `from-${sender.side}`}`,
    area: 'rpc',
    severity,
    title: `${sender.label} ${sends} ${method} on ${endpoint.topic} with RPC version ${message.version}; ${receiver.label} ${why.text}: ${LOST[kind]}`,
    evidence: [
      evidence(
        sender,
        message,
        `${message.sender} sends ${method}(${message.arguments.join(', ')}) with version ${message.version}`,
      ),
      receiverEvidence(receiver, refused),
    ],
    hazard: within ? 'target-runs' : receiver.side === 'base' ? 'base-hears' : 'target-hears',
    message: { method, senders: message.callers, ...kindsOf(endpoint, [message]) },
    predicts: { causes: PREDICTED[kind], mentions: [method] },
  };
}

const LOST = {
  cast: 'the work is lost',
  call: 'the request fails',
  either: 'the request fails, or its work is lost',
} as const satisfies Record<Message['kind'], string>;

/** Kinds of causes and signatures of log lines by which a run shows it. */
const OF_CASTS = [
  'work-refused-after-acknowledgement',
  'rpc-version-refused',
  'rpc-method-refused',
  'rpc-argument-refused',
];
const OF_CALLS = ['rpc-version-refused', 'rpc-peer-refused', 'rpc-argument-refused'];
const PREDICTED = {
  cast: OF_CASTS,
  call: OF_CALLS,
  either: [...OF_CASTS, ...OF_CALLS],
} satisfies Record<Message['kind'], readonly string[]>;

function receiverEvidence(receiver: Rpc, { message, server, why }: RefusedCall) {
  const { server: own, topic } = server;
  const method = own.methods.find(({ name }) => name === message.method);
  switch (why.what) {
    case 'version':
      return evidence(
        receiver,
        { file: own.file, line: own.versionLine },
        `${own.class} serves ${topic} with version ${own.version}`,
      );
    case 'arguments':
      return evidence(
        receiver,
        method ?? own,
        `${own.class}.${message.method}(${method?.parameters.map(({ name }) => name).join(', ')})`,
      );
    case 'topic':
    case 'method':
      return evidence(receiver, own, `${own.class} serves ${topic}`);
    default:
      return why.what satisfies never;
  }
}

function compatible(base: Rpc, target: Rpc): Difference {
  const messages = target.found.reduce((sum, { messages }) => sum + messages.length, 0);
  const versions = target.found.map(({ topic, server }) => `${topic} ${server.version}`).join(', ');
  return {
    id: 'rpc-compatible',
    area: 'rpc',
    severity: 'info',
    title: `RPC is compatible both ways: ${base.label} takes all ${counted(messages, 'message')} of ${target.label}, and the other way round (${versions})`,
    evidence: [base, target].flatMap((half) =>
      half.found.map(({ topic, server }) =>
        evidence(
          half,
          { file: server.file, line: server.versionLine },
          `${server.class} serves ${topic} with version ${server.version}`,
        ),
      ),
    ),
    hazard: 'none',
  };
}
