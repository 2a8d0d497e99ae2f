import type { EventOf, RunEvent } from '../events/event.ts';

/** A failure during the run. */
export interface Failure {
  /** Failures with the same key count once. */
  readonly kind: string;
  /** A phrase for a person. */
  readonly text: string;
}

/** The wanted failures: `failure` for every kind, or one of two kinds. */
export type FailureOf = 'failure' | 'lost' | 'stuck';

type FailureIn<T extends RunEvent['type']> = (event: EventOf<T>) => Failure | undefined;

/** Which events count as a failure; docs/hold.md lists them. */
const FAILURES: { readonly [T in RunEvent['type']]?: FailureIn<T> } = {
  'step-finished': ({ status, step }) =>
    status === 'failed' ? { kind: `step ${step}`, text: `step ${step} failed` } : undefined,
  'check-finished': ({ status, step, detail }) =>
    status === 'failed'
      ? { kind: `check ${step}`, text: `check ${step} failed: ${detail}` }
      : undefined,
  request: ({ control, outcome, operation, server }) =>
    control === true || outcome === 'served'
      ? undefined
      : {
          kind: `request ${outcome}`,
          text: `request lost: ${operation}, ${outcome}${server === undefined ? '' : ` from ${server}`}`,
        },
  'operation-settled': ({ outcome, action, object }) =>
    outcome === 'completed'
      ? undefined
      : { kind: `operation ${outcome}`, text: `${action} of ${object} ${outcome}` },
  'message-dropped': ({ node, service }) => ({
    kind: `message ${node}/${service}`,
    text: `${node}/${service} took a message and dropped it`,
  }),
  'reply-misdelivered': ({ node, service, caller }) => ({
    kind: `reply ${node}/${service} ${caller}`,
    text: `${node}/${service} took a reply that ${caller} waits for`,
  }),
  'log-finding': ({ severity, signature, node, service, title }) =>
    severity === 'error'
      ? { kind: `log ${signature}`, text: `${node}/${service} logged: ${title}` }
      : undefined,
  'integrity-checked': ({ ok, check, object }) =>
    ok ? undefined : { kind: `integrity ${check}`, text: `${check} does not hold of ${object}` },
};

/** Whether an event is one of these failures. */
export function failureIn<T extends RunEvent['type']>(
  event: EventOf<T>,
  wanted: ReadonlySet<FailureOf>,
): Failure | undefined {
  if (
    !wanted.has('failure') &&
    !(wanted.has('lost') && isLost(event)) &&
    !(wanted.has('stuck') && isStuck(event))
  ) {
    return undefined;
  }
  const reading: FailureIn<T> | undefined = FAILURES[event.type];
  return reading?.(event);
}

function isLost({ type }: RunEvent): boolean {
  return type === 'request';
}

function isStuck(event: RunEvent): boolean {
  return event.type === 'operation-settled' && event.outcome === 'stuck';
}
