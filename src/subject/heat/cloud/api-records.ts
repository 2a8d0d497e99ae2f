import type { HttpResult } from '../../../load/http/request.ts';
import type { StackIdentity } from '../api/answers.ts';
import type { HeatApi } from '../api/api.ts';
import { partName } from '../api/template.ts';
import type { StackRecords } from '../database/stack-records.ts';

export interface ApiRecordsOptions {
  readonly api: Pick<HeatApi, 'resources'>;
  readonly record: (result: HttpResult) => void;
}

/**
 * Progress of stacks from the API alone, for a cloud without access to the database. A stack makes
 * progress when the state of one of its resources changes between two checks. The clocks of the
 * cloud do not matter. The first check of a stack counts as progress, so that a stack never counts
 * as stuck too early.
 */
export function apiRecords({ api, record }: ApiRecordsOptions): StackRecords {
  const seen = new Map<string, { readonly state: string; readonly at: number }>();
  const look = async (stack: StackIdentity) => {
    const { result, value } = await api.resources(stack);
    record(result);
    return value;
  };
  return {
    async lastEvents(stacks) {
      for (const stack of stacks) {
        const resources = await look(stack);
        if (resources === undefined) continue;
        const state = JSON.stringify(
          resources.map((one) => [partName(one), one.status, one.physicalId].join(' ')).toSorted(),
        );
        if (seen.get(stack.id)?.state !== state) seen.set(stack.id, { state, at: Date.now() });
      }
      return new Map([...seen].map(([id, { at }]) => [id, at]));
    },
    async haltedTraversal(stack) {
      const open = ((await look(stack)) ?? []).filter(
        ({ status }) => !status.endsWith('_COMPLETE'),
      );
      return {
        unfinished: open.map((one) => ({ part: partName(one), status: one.status })),
        dueAt: undefined,
        // The API does not say whether an engine works on it, so the longer limit applies.
        underWay: true,
      };
    },
    check: () => Promise.resolve([]),
  };
}
