import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Steps } from '../history/steps.ts';
import type { CheckVerdict } from '../schema/verdict.ts';

/** The checks of the plan and their results. */
export function readChecks(events: readonly RunEvent[], steps: Steps): readonly CheckVerdict[] {
  const of = <T extends RunEvent['type']>(type: T): ReadonlyMap<string, readonly EventOf<T>[]> =>
    Map.groupBy(
      events.filter((event): event is EventOf<T> => event.type === type),
      (event) => ('step' in event && typeof event.step === 'string' ? event.step : ''),
    );
  const started = of('check-started');
  const finished = of('check-finished');
  const cases = of('check-case');
  return steps.all
    .filter(({ kind }) => kind === 'check')
    .map(({ id, name }): CheckVerdict => {
      const begun = started.get(id)?.at(-1);
      const end = finished.get(id)?.at(-1);
      const own = cases.get(id) ?? [];
      return {
        step: id,
        name,
        point: begun?.point ?? null,
        check: begun?.check ?? null,
        required: begun?.onFailure !== 'warn',
        status: end?.status ?? 'not-done',
        seconds: end?.seconds ?? null,
        detail: end?.detail ?? 'The run ended before it was done.',
        output: end?.output ?? '',
        log: end?.log ?? null,
        cases: own.map(({ name: test, status, seconds, detail }) => ({
          name: test,
          status,
          seconds,
          detail,
        })),
      };
    });
}

/** Checks whose failure fails the run. */
export function failedChecks(checks: readonly CheckVerdict[]): readonly CheckVerdict[] {
  return checks.filter(({ status, required }) => status === 'failed' && required);
}

/** A check in a sentence, with the first of its cases that failed. */
export function checkInWords({ step, name, detail, cases }: CheckVerdict): string {
  const failed = cases
    .filter(({ status }) => status === 'failed')
    .map((one) => shortName(one.name));
  const [first] = failed;
  const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  return `${step} ${name}: ${detail}${first === undefined ? '' : ` (${first}${more})`}`;
}

/** A test's name without its path and its id: `StackPreviewTest.test_basic_pass`. */
export function shortName(test: string): string {
  return test.replace(/\[.*$/, '').split('.').slice(-2).join('.');
}
