import { withNearest } from '../../document/nearest.ts';
import type { Problem } from '../../document/problem.ts';
import { shortened } from '../../text/shortened.ts';
import { parseThreshold } from './parse.ts';
import type { Threshold, WrittenThresholds } from './threshold.ts';

/** The allowed tags of thresholds. */
export interface TagNames {
  readonly probes: readonly string[];
  /** Requests beside the subject's API. */
  readonly beside: readonly string[];
  readonly nodes: readonly string[];
}

/** The problems of a scenario's thresholds. */
export function thresholdProblems(written: WrittenThresholds, names: TagNames): readonly Problem[] {
  return Object.entries(written).flatMap(([metric, expressions]) =>
    [expressions].flat().flatMap((expression, index): readonly Problem[] => {
      const key = ['thresholds', metric];
      const value = Array.isArray(expressions) ? [...key, index] : key;
      const parsed = parseThreshold(metric, expression);
      if ('problem' in parsed) {
        const { problem: message, at } = parsed;
        if (at === 'value') return [{ path: value, message, at }];
        return index === 0 ? [{ path: key, message, at }] : [];
      }
      const constant = decidesNothing(parsed.threshold);
      if (constant !== undefined) {
        const message = `${shortened(expression)}: ${constant}`;
        return [{ path: value, message, at: 'value' }];
      }
      const message = unknownName(parsed.threshold, names);
      return message === undefined ? [] : [{ path: key, message, at: 'key' }];
    }),
  );
}

function unknownName({ name, selector }: Threshold, names: TagNames): string | undefined {
  const { probe, node } = selector;
  const probes = name.startsWith('beside_') ? names.beside : names.probes;
  if (probe !== undefined && !probes.includes(probe)) return thereIsNo('probe', probe, probes);
  return node !== undefined && !names.nodes.includes(node)
    ? thereIsNo('node', node, names.nodes)
    : undefined;
}

function thereIsNo(tag: string, value: string, allowed: readonly string[]): string {
  const known = allowed.length === 0 ? '' : `; one of ${allowed.join(', ')}`;
  return withNearest(`there is no ${tag} ${JSON.stringify(value)}${known}`, value, allowed);
}

/**
 * Why a threshold is meaningless: every possible value meets it, or none does. Rates are from 0 to
 * 1, all other values are at least 0.
 */
function decidesNothing({ name, aggregation, operator, limit }: Threshold): string | undefined {
  const isRate = aggregation === 'rate';
  if (isRate && limit > 1) {
    const share = limit <= 100 ? `; for ${limit} % write rate${operator}${limit}%` : '';
    return `a rate is from 0 to 1${share}`;
  }
  const always = (operator === '>=' && limit === 0) || (isRate && operator === '<=' && limit === 1);
  const never = (operator === '<' && limit === 0) || (isRate && operator === '>' && limit === 1);
  if (!always && !never) return undefined;
  return `this ${always ? 'always' : 'never'} holds: ${name} is ${isRate ? 'from 0 to 1' : 'at least 0'}`;
}
