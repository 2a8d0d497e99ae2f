import { waitFor } from '../../../containers/wait.ts';
import { RollgateError } from '../../../errors.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { columnsIn, copiesFor, multiplySql } from '../../rows/multiply.ts';
import { requestEndInWords } from '../../standing-object.ts';
import type { MakesDatabase } from '../../subject.ts';
import { LoadUsers, workloadClient } from '../../workload/load-users.ts';
import { IronicApi, type ProvisionTarget } from '../api/api.ts';
import { randomAddress } from '../workload/address.ts';
import { NODE_TABLES } from './node-tables.ts';

interface Seed {
  readonly name: string;
  readonly traits: readonly string[];
  readonly ports: number;
  /** Requests on its way, each with the state in which it ends. */
  readonly way: readonly (readonly [ProvisionTarget, string])[];
}

const TO_AVAILABLE: Seed['way'] = [
  ['manage', 'manageable'],
  ['inspect', 'manageable'],
  ['provide', 'available'],
];

/** The nodes to copy: an enrolled one, one that was inspected, and two in use. */
const SEEDS: readonly Seed[] = [
  { name: 'enrolled', traits: [], ports: 1, way: [] },
  { name: 'available', traits: ['CUSTOM_MADE'], ports: 2, way: TO_AVAILABLE },
  {
    name: 'active',
    traits: ['CUSTOM_MADE', 'CUSTOM_USED'],
    ports: 4,
    way: [...TO_AVAILABLE, ['active', 'active']],
  },
  { name: 'small', traits: [], ports: 1, way: [...TO_AVAILABLE, ['active', 'active']] },
];

const LIMIT_SECONDS = 120;

/** Makes real nodes in a lab, and copies their rows inside its database. */
export const ironicDatabase: MakesDatabase = {
  async seed(lab, signal) {
    const users = new LoadUsers(lab);
    const token = await users.token(ownerLogin(lab.secrets));
    await using client = workloadClient(lab.endpoint('ironic-api'), users.credentials(), lab);
    const api = new IronicApi(client, token);
    for (const seed of SEEDS) await make(api, seed, signal);
  },
  async multiplication(database, wanted) {
    const [[highest] = []] = await database.query(
      'SELECT MAX(id) FROM (SELECT MAX(id) AS id FROM nodes UNION ALL SELECT MAX(id) FROM ports ' +
        'UNION ALL SELECT MAX(id) FROM portgroups UNION ALL SELECT MAX(id) FROM node_history ' +
        'UNION ALL SELECT MAX(id) FROM node_inventory UNION ALL SELECT MAX(id) FROM firmware_information) ids',
    );
    const copies = copiesFor(wanted, SEEDS.length);
    if (copies === 0) return [];
    const stride = 10 ** (highest ?? '1').length;
    return multiplySql(NODE_TABLES, await columnsIn(database, NODE_TABLES), {
      copies,
      stride,
      objects: [],
    });
  },
};

async function make(
  api: IronicApi,
  { name, traits, ports, way }: Seed,
  signal?: AbortSignal,
): Promise<void> {
  const { result, value: id } = await api.create(`made-${name}`, { made: 'by rollgate' });
  if (id === undefined) throw notMade(name, requestEndInWords(result));
  if (traits.length > 0) accepted(name, await api.setTraits(id, traits));
  const group = ports > 1 ? await api.createPortgroup(id, randomAddress()) : undefined;
  if (group !== undefined) accepted(name, group);
  for (let port = 0; port < ports; port += 1) {
    accepted(name, await api.createPort(id, randomAddress(), group?.value));
  }
  for (const [target, state] of way) {
    accepted(name, await api.provision(id, target, false));
    await waitFor(
      { what: `${name} to be ${state}`, limitSeconds: LIMIT_SECONDS, everyMs: 300, signal },
      async () => {
        const { value, result: shown } = await api.show(id);
        if (value?.lastError !== undefined) throw notMade(name, value.lastError);
        return value?.state === state
          ? { value: true }
          : { notYet: value?.state ?? requestEndInWords(shown) };
      },
    );
  }
}

/** @throws RollgateError `standing-node` for a request that was not accepted. */
function accepted(
  name: string,
  answer: Awaited<ReturnType<IronicApi['setTraits' | 'createPort']>>,
): void {
  if (answer.value === undefined) throw notMade(name, requestEndInWords(answer.result));
}

function notMade(name: string, why: string): RollgateError {
  return new RollgateError('standing-node', `the node ${name} was not made: ${why}`);
}
