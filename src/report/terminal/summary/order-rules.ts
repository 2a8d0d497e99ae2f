import { counted, number } from '../../../text/counted.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { type Line } from '../../line.ts';
import { entry } from './entry.ts';

/** How many of the scenario's order rules were kept; the reasons of the run say which were not. */
export function orderRules({ rules = [] }: Verdict): readonly Line[] {
  if (rules.length === 0) return [];
  const broken = rules.filter(({ status }) => status === 'failed');
  const open = rules.filter(({ status }) => status === 'not-proven');
  const kept = `${number(rules.length - broken.length - open.length)} of ${counted(rules.length, 'rule')} kept`;
  const parts = [
    kept,
    ...(broken.length === 0 ? [] : [`broken: ${broken.map(({ name }) => name).join(', ')}`]),
    ...(open.length === 0 ? [] : [`not proven: ${open.map(({ name }) => name).join(', ')}`]),
  ];
  const style = broken.length > 0 ? 'bad' : open.length > 0 ? 'warn' : 'good';
  return [entry('Order', parts.join('; '), style)];
}
