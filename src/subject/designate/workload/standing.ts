import { randomBytes } from 'node:crypto';
import { waitFor } from '../../../containers/wait.ts';
import type { RollgateError } from '../../../errors.ts';
import { requestEndInWords, notMade as standingNotMade } from '../../standing-object.ts';
import type { DesignateApi, ZoneFields } from '../api/api.ts';
import { zoneName } from '../database/zones.ts';

/** A zone that exists from before the baseline to the end: the object of the probes. */
export interface StandingZone {
  readonly id: string;
  readonly name: string;
  readonly written: ZoneFields;
  readonly recordset: string;
  readonly records: readonly string[];
}

const FAILURE = {
  code: 'standing-zone',
  hint: 'The lab does not work before anything was changed: see the logs of central and worker.',
} as const;
const RECORDS: readonly string[] = ['203.0.113.1'];

/**
 * Makes the standing zone with a recordset, and waits until its nameservers have both.
 *
 * @throws RollgateError `standing-zone` if it does not become active.
 */
export async function makeStandingZone(
  api: DesignateApi,
  signal?: AbortSignal,
): Promise<StandingZone> {
  // A lab that had load before already has one.
  const mark = randomBytes(8).toString('hex');
  const name = zoneName(`rollgate-standing-${mark.slice(0, 8)}`);
  const written = { email: `${mark}@rollgate.example`, ttl: 1200, description: mark };
  const { result, value: id } = await api.create(name, written);
  if (id === undefined) throw notMade(requestEndInWords(result));
  const active = (): Promise<true> =>
    waitFor(
      {
        what: `${name} to be ACTIVE`,
        limitSeconds: 90,
        everyMs: 500,
        signal,
        ...FAILURE,
      },
      async () => {
        const { result: shown, value } = await api.show(id, false);
        if (value === undefined) return { notYet: requestEndInWords(shown) };
        return value.status === 'ACTIVE'
          ? { value: true }
          : { notYet: `${value.status} (${value.action})` };
      },
    );
  await active();
  const { result: added, value: recordset } = await api.addRecords(id, `www.${name}`, RECORDS);
  if (recordset === undefined) throw notMade(requestEndInWords(added));
  await active();
  return { id, name, written, recordset, records: RECORDS };
}

function notMade(why: string): RollgateError {
  return standingNotMade('zone', why, FAILURE);
}
