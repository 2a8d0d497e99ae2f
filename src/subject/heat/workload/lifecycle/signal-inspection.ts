import type { HttpResult } from '../../../../load/http/request.ts';
import type { StackIdentity } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { HANDLE, type Blueprint } from '../../api/template.ts';
import type { Check } from './likeness.ts';
import { SIGNAL_ID } from './signal.ts';

interface Asking {
  readonly blueprint: Blueprint;
  readonly api: Pick<HeatApi, 'metadata'>;
  readonly record: (result: HttpResult) => void;
}

/**
 * The metadata of a wait condition's handle have its signal. Each signal stores them anew; those of
 * the template stay.
 */
export async function inspectSignals(
  stack: StackIdentity,
  { blueprint: { signal }, api, record }: Asking,
): Promise<readonly Check[]> {
  if (signal === undefined || signal === 'hook') return [];
  const { result, value } = await api.metadata(stack, HANDLE);
  record(result);
  if (value === undefined) return [];
  const detail = `the handle’s metadata are ${JSON.stringify(value)}`;
  return [{ check: 'signal-is-stored', ok: SIGNAL_ID in value, detail }];
}
