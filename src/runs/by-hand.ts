import { isDeepStrictEqual } from 'node:util';
import type { ContainerEngine } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import { attach } from '../lab/attach.ts';
import { awaitRotation, putBack, takeOut } from '../lab/balancer-rotation.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { containerNamed } from '../lab/find.ts';
import { readServiceLabels } from '../lab/labels.ts';
import type { ReleaseRef } from '../release/release.ts';
import { draftsOf, listServices } from '../run/script/calls.ts';
import type { ScriptCall } from '../run/script/protocol.ts';
import { instanceName, type ServiceInstance } from '../scenario/topology/topology.ts';

/** How long a service may take from its start until it serves. */
const SERVE_SECONDS = 180;

export interface ByHandOptions {
  readonly engine: ContainerEngine;
  /** The lab's name. */
  readonly lab: string;
  /** The target release of its services. @throws RollgateError if none was given. */
  readonly target: () => Promise<ReleaseRef>;
  readonly signal: AbortSignal;
}

/**
 * Carries out a script's call on a lab without a run, as an operator's own tool would, without load
 * and verdict.
 *
 * @returns The text to print.
 * @throws RollgateError `no-such-lab`, `no-such-service`, `own-options`, `not-by-hand`; the error
 * of a step.
 */
export async function doByHand(call: ScriptCall, options: ByHandOptions): Promise<string> {
  const lab = await attach(options.engine, options.lab);
  if (call.call === 'list') return listServices({ lab });
  if (call.call === 'checkpoint') {
    throw new RollgateError('not-by-hand', 'checks are made in a run alone', {
      kind: 'usage',
      hint: 'Leave the checkpoint out where no run has started the script.',
    });
  }
  const drafts = draftsOf(call, lab);
  for (const draft of drafts) await carryOutDraft(draft, lab, options);
  return '';
}

type CallDraft = ReturnType<typeof draftsOf>[number];

async function carryOutDraft(
  draft: CallDraft,
  lab: Deployment,
  { target: releaseOf, signal }: ByHandOptions,
): Promise<void> {
  const limit = { limitSeconds: SERVE_SECONDS, signal };
  switch (draft.kind) {
    case 'db-sync': {
      const placed = { vhost: lab.subject.shape.baseVhost, side: 'target' } as const;
      await lab.migrate(await releaseOf(), placed, signal);
      return;
    }
    case 'create-vhost':
      return lab.broker.createVhost(draft.vhost);
    case 'stop':
      return stop(lab, draft.target, signal);
    case 'swap':
    case 'start': {
      const { target, vhost } = draft;
      const release = await releaseOf();
      if (draft.kind === 'swap') await stop(lab, target, signal);
      const startedAt = await lab.startService(target, release, { vhost, side: 'target' }, signal);
      await lab.awaitServing(target, release, { vhost, startedAt, ...limit });
      return;
    }
    case 'drain': {
      const { target, how, limitSeconds } = draft;
      return takeOut(lab, target, { how, limitSeconds, signal });
    }
    case 'undrain':
      await putBack(lab, draft.target, signal);
      return awaitRotation(lab, draft.target, limit);
    default:
      return draft satisfies never;
  }
}

async function stop(lab: Deployment, target: ServiceInstance, signal: AbortSignal): Promise<void> {
  await checkOptions(lab, target);
  await lab.stopService(target, signal);
  await lab.removeService(target);
}

/**
 * This process does not know the options that the lab was started with, so it could not start the
 * service again with them.
 *
 * @throws RollgateError `own-options`; `no-such-service` if it does not run.
 */
async function checkOptions(lab: Deployment, target: ServiceInstance): Promise<void> {
  const name = lab.container(target);
  const found = await containerNamed(lab, name);
  const labelled = found === undefined ? undefined : readServiceLabels(found.labels);
  if (labelled === undefined) {
    throw new RollgateError('no-such-service', `${instanceName(target)} does not run`, {
      kind: 'usage',
    });
  }
  const { vhost } = labelled;
  const own = lab.subject.files(lab.secrets, {
    vhost,
    config: {},
    servers: lab.topology,
    instance: target,
  });
  for (const { path, content } of own) {
    const there = await lab.engine.readFile(name, path);
    if (isDeepStrictEqual(there, content)) continue;
    throw new RollgateError(
      'own-options',
      `${instanceName(target)} has a ${path} that differs from the one rollgate writes: the lab has its own options`,
      {
        kind: 'usage',
        hint: 'Upgrade a lab that `rollgate up` started without --config, --file and --env.',
      },
    );
  }
}
