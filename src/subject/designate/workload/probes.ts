import { z } from 'zod';
import type { RequestSpec } from '../../../load/http/request.ts';
import { probeOf } from '../../json-api.ts';
import type { ProbeRequest } from '../../load.ts';
import { headersFor } from '../api/api.ts';
import type { StandingZone } from './standing.ts';

/**
 * The requests at a constant rate, by the probe's name. Each answer is checked: an answer that
 * contradicts a known fact counts as lost.
 *
 * @param token For the project of the standing zone.
 */
export function designateProbes(
  token: { readonly id: string },
  standing: StandingZone,
): Readonly<Record<string, ProbeRequest>> {
  const get = probeOf(headersFor(token.id));
  const zone = `/v2/zones/${standing.id}`;
  const requests: Readonly<Record<string, RequestSpec>> = {
    // The API alone: no central, no database, no Keystone.
    version: { ...get('/', 'GET /', versions), headers: { accept: 'application/json' } },
    // API, a central and the database: an api of Designate calls a central for everything.
    list: get('/v2/zones', 'GET zones', listHas(standing)),
    show: get(zone, 'GET zone', shows(standing)),
    recordsets: get(
      `${zone}/recordsets/${standing.recordset}`,
      'GET recordset',
      hasRecords(standing),
    ),
  };
  return Object.fromEntries(Object.entries(requests).map(([name, spec]) => [name, () => spec]));
}

const versions = z.object({
  versions: z.union([
    z.array(z.object({ id: z.string() })).min(1),
    z.object({ values: z.array(z.object({ id: z.string() })).min(1) }),
  ]),
});

/** A list of zones with the standing one in it. */
export function listHas({ id, name }: StandingZone): z.ZodType {
  return z
    .object({ zones: z.array(z.object({ id: z.string() })) })
    .refine(({ zones }) => zones.some((zone) => zone.id === id), {
      error: `${name} is not in the list`,
    });
}

/** The standing zone as it was made. */
export function shows({ id, name, written }: StandingZone): z.ZodType {
  return z
    .object({
      id: z.literal(id),
      name: z.literal(name),
      email: z.literal(written.email),
      ttl: z.literal(written.ttl),
      description: z.literal(written.description),
      status: z.literal('ACTIVE'),
    })
    .loose();
}

/** The standing zone's recordset as it was made. */
export function hasRecords({ recordset, records, name }: StandingZone): z.ZodType {
  return z
    .object({ id: z.literal(recordset), records: z.array(z.string()) })
    .refine((found) => found.records.toSorted().join() === records.toSorted().join(), {
      error: `the records of ${name} are not as they were made`,
    });
}
