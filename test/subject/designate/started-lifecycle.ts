import { z } from 'zod';
import { DesignateApi, type ZoneStatus } from '../../../src/subject/designate/api/api.ts';
import type { ZoneKind } from '../../../src/subject/designate/workload/kinds.ts';
import { ZoneLifecycle } from '../../../src/subject/designate/workload/lifecycle.ts';
import type { Script } from '../scripted-client.ts';
import { StartedObject } from '../started-object.ts';

export const ZONE_ID = '11111111-2222-3333-4444-555555555555';
const NAME = 'rollgate-1-0';
const RECORDSET_ID = '66666666-2222-3333-4444-555555555555';
export const ZONE: ZoneStatus = {
  id: ZONE_ID,
  name: `${NAME}.rollgate.example.`,
  email: `${NAME}@rollgate.example`,
  ttl: 300,
  description: NAME,
  status: 'PENDING',
  action: 'CREATE',
};

/** A lifecycle against a scripted Designate, which takes everything unless the test answers itself. */
export class StartedLifecycle extends StartedObject<ZoneStatus, ZoneLifecycle> {
  constructor(kind: ZoneKind, answer: Script = () => undefined) {
    const taken = keeping();
    super({
      name: NAME,
      server: 'node1/designate-api',
      script: (request) => answer(request) ?? taken(request),
      lifecycle: (context, client) =>
        new ZoneLifecycle({ ...context, kind, api: new DesignateApi(client, { id: 'token' }) }),
    });
  }

  /** The API shows this status of the zone, a second later. */
  seen(status: string, action = 'NONE'): Promise<void> {
    return this.shown({ ...ZONE, status, action });
  }
}

const writtenSchema = z.object({
  ttl: z.number().optional(),
  records: z.array(z.string()).optional(),
});

/** A Designate that keeps what was written last into the one zone that it has. */
function keeping(): Script {
  let ttl = ZONE.ttl;
  let records: readonly string[] = [];
  return ({ operation, body }) => {
    const status = operation.endsWith('-show') ? 200 : 202;
    const sent = body === undefined ? {} : writtenSchema.parse(JSON.parse(body));
    if (operation.startsWith('recordset')) {
      records = sent.records ?? records;
      return { status, body: { id: RECORDSET_ID, status: 'PENDING', records } };
    }
    ttl = sent.ttl ?? ttl;
    return { status, body: { ...ZONE, ttl } };
  };
}
