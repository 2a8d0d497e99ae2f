import type { RequestSpec } from '../../../src/load/http/request.ts';
import { IronicApi, type NodeStatus } from '../../../src/subject/ironic/api/api.ts';
import type { NodeKind } from '../../../src/subject/ironic/workload/kinds.ts';
import { NodeLifecycle } from '../../../src/subject/ironic/workload/lifecycle.ts';
import type { Script } from '../scripted-client.ts';
import { StartedObject } from '../started-object.ts';

export const NODE_ID = '11111111-2222-3333-4444-555555555555';
const NAME = 'rollgate-1-0';

/** A node as its owner left it. */
export const STATUS: NodeStatus = {
  id: NODE_ID,
  name: NAME,
  state: 'enroll',
  lastError: undefined,
  extra: { rollgate: NAME },
  traits: ['HW_CPU_X86_VMX', 'CUSTOM_ROLLGATE'],
  power: undefined,
  powerTarget: undefined,
};

/** A lifecycle against a scripted Ironic, which takes everything unless the test answers itself. */
export class StartedLifecycle extends StartedObject<NodeStatus, NodeLifecycle> {
  constructor(kind: NodeKind, answer: Script = () => undefined) {
    super({
      name: NAME,
      server: 'node1/ironic-api',
      script: (request) => answer(request) ?? taken(request),
      lifecycle: (context, client) =>
        new NodeLifecycle({ ...context, kind, api: new IronicApi(client, { id: 'token' }) }),
    });
  }

  /** The API shows this state of the node, a second later. */
  seen(state: string, more: Partial<NodeStatus> = {}): Promise<void> {
    return this.shown({ ...STATUS, state, ...more });
  }
}

function taken({ operation }: RequestSpec): ReturnType<Script> {
  if (/^(?:node|port|portgroup)-create$/.test(operation)) {
    return { status: 201, body: { uuid: NODE_ID } };
  }
  return { status: /^node-(?:delete|traits)$/.test(operation) ? 204 : 202 };
}
