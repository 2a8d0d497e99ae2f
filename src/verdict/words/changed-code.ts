import { counted } from '../../counted.ts';
import type { ChangedCode } from '../schema/verdict.ts';
import { some } from './wording.ts';

/** `heat/engine/service.py:1021, 1025 (EngineService.snapshot_stack)`; empty where all ran. */
export function unmetInWords({ notMet }: Pick<ChangedCode, 'notMet'>, most = 5): string {
  return some(
    notMet.map(({ file, function: name, lines }) => {
      const where = `${file}:${some(lines.map(String), 3)}`;
      return name === null ? where : `${where} (${name})`;
    }),
    most,
  );
}

/** `4 of 6 changed statements ran in the mixed state; not run: …`. */
export function changedCodeInWords(changed: ChangedCode): string {
  const { met, omitted, statements, unknown } = changed;
  if (unknown !== null) return `it is not known which changed statements ran: ${unknown}`;
  const rest = unmetInWords(changed);
  return [
    `${met} of ${counted(statements, 'changed statement')} ran in the mixed state`,
    ...(rest === '' ? [] : [`not run: ${rest}`]),
    ...(omitted === 0 ? [] : [`${omitted} more were not followed`]),
  ].join('; ');
}
