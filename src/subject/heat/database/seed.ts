import { waitFor } from '../../../containers/wait.ts';
import { RollgateError } from '../../../errors.ts';
import { SERVER_HEADER } from '../../../infra/haproxy.ts';
import { systemClock } from '../../../load/clock.ts';
import { createHttpClient } from '../../../load/http/http-client.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { columnsIn, copiesFor, multiplySql } from '../../rows/multiply.ts';
import type { MakesDatabase } from '../../subject.ts';
import { HeatApi } from '../api/api.ts';
import { chainBlueprint, nestedBlueprint, parametersFor, type Blueprint } from '../api/template.ts';
import { STACK_TABLES } from './stack-tables.ts';

/**
 * The stacks to copy: some with few resources and some with many, one of them with nested stacks.
 */
const SEEDS: Readonly<Record<string, Blueprint>> = {
  small: chainBlueprint({ length: 1, actionSeconds: 0 }),
  middle: chainBlueprint({ length: 4, actionSeconds: 0 }),
  large: chainBlueprint({ length: 9, actionSeconds: 0 }),
  nested: nestedBlueprint({ length: 1, actionSeconds: 0, members: 2 }),
};

const LIMIT_SECONDS = 120;

/** Makes real stacks in a lab, and copies their rows inside its database. */
export const heatDatabase: MakesDatabase = {
  async seed(lab, signal) {
    const token = await lab.keystone.token(ownerLogin(lab.secrets));
    await using client = createHttpClient({
      origin: lab.endpoint('heat-api'),
      tls: lab.tls,
      connection: 'reused',
      timeoutMs: LIMIT_SECONDS * 1000,
      clock: systemClock,
      serverHeader: SERVER_HEADER,
    });
    const api = new HeatApi(client, token);
    for (const [name, blueprint] of Object.entries(SEEDS)) {
      await make(api, `made-${name}`, blueprint, signal);
    }
  },
  async multiplication(database, wanted) {
    const stacks = await database.query('SELECT id FROM stack WHERE deleted_at IS NULL');
    const [[highest] = []] = await database.query(
      'SELECT MAX(id) FROM (SELECT MAX(id) AS id FROM event UNION ALL SELECT MAX(id) FROM resource ' +
        'UNION ALL SELECT MAX(id) FROM raw_template UNION ALL SELECT MAX(id) FROM resource_properties_data ' +
        'UNION ALL SELECT MAX(id) FROM user_creds) ids',
    );
    const copies = copiesFor(wanted, Object.keys(SEEDS).length);
    if (copies === 0) return [];
    return multiplySql(STACK_TABLES, await columnsIn(database, STACK_TABLES), {
      copies,
      stride: 10 ** (highest ?? '1').length,
      objects: stacks.flatMap(([id]) => id ?? []),
    });
  },
};

async function make(
  api: HeatApi,
  name: string,
  { template, files, tags = [] }: Blueprint,
  signal?: AbortSignal,
): Promise<void> {
  const { result, value: id } = await api.create(name, template, parametersFor(name), {
    files,
    tags,
  });
  if (id === undefined) throw notMade(name, `${result.outcome} ${result.status ?? ''}`);
  await waitFor(
    { what: `${name} to be complete`, limitSeconds: LIMIT_SECONDS, everyMs: 500, signal },
    async () => {
      const { value } = await api.show({ id, name });
      if (value?.status.endsWith('_FAILED') === true) throw notMade(name, value.reason);
      return value?.status === 'CREATE_COMPLETE' ? { value } : { notYet: value?.status ?? 'none' };
    },
  );
}

function notMade(name: string, why: string): RollgateError {
  return new RollgateError('standing-stack', `the stack ${name} was not made: ${why}`);
}
