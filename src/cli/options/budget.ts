import { Option } from '@commander-js/extra-typings';
import { withNearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import { shortened } from '../../text/shortened.ts';
import { BUDGET_METRICS, type Budget, type BudgetMetric } from '../../verdict/many-runs/budget.ts';

/** `--budget`, which may be repeated. */
export function budgetOption() {
  return new Option(
    '--budget <limit>',
    'a percentile over runs that must be kept, such as "disruption p(95)<5s". May be repeated',
  ).argParser((text: string, before: readonly Budget[] | undefined): readonly Budget[] => [
    ...(before ?? []),
    budgetIn(text),
  ]);
}

const BUDGET =
  /^(?<metric>[a-z_]+)\s*:?\s*p\((?<percent>\d+(?:\.\d+)?)\)\s*(?<operator><=|<)\s*(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m)?$/;
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60 };
const TIMES: readonly BudgetMetric[] = ['disruption', 'duration'];

/** @throws RollgateError `invalid-option`. */
export function budgetIn(text: string): Budget {
  const groups = BUDGET.exec(text.trim())?.groups;
  const names = Object.keys(BUDGET_METRICS).join(', ');
  if (groups === undefined) {
    throw invalid(
      `expected METRIC p(N)<LIMIT, found ${JSON.stringify(shortened(text))}`,
      `Write for example "disruption p(95)<5s". Metrics: ${names}.`,
    );
  }
  const { metric = '', percent = '', operator = '', number = '', unit } = groups;
  if (!isMetric(metric)) {
    const message = `there is no metric ${JSON.stringify(shortened(metric))}`;
    throw invalid(withNearest(message, metric, Object.keys(BUDGET_METRICS)), `Metrics: ${names}.`);
  }
  const quantile = Number(percent) / 100;
  if (quantile < 0.01 || quantile > 0.999) {
    throw invalid(
      `a percentile is from 1 to 99.9, found ${percent}`,
      'No number of runs can show that all runs are within a limit.',
    );
  }
  const isTime = TIMES.includes(metric);
  if (isTime !== (unit !== undefined)) {
    throw invalid(
      isTime ? `${metric} needs a unit: ms, s or m` : `${metric} is a count: it has no unit`,
      `Write for example "${metric} p(95)<${isTime ? '5s' : '1'}".`,
    );
  }
  return {
    text: text.trim(),
    metric,
    quantile,
    operator: operator === '<' ? '<' : '<=',
    limit: Number(number) * (unit === undefined ? 1 : (SECONDS[unit] ?? 1)),
  };
}

function isMetric(name: string): name is BudgetMetric {
  return Object.hasOwn(BUDGET_METRICS, name);
}

function invalid(message: string, hint: string): RollgateError {
  return new RollgateError('invalid-option', `--budget: ${message}`, { kind: 'usage', hint });
}
