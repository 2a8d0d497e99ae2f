import { checkOptions, type CallOptions } from '../check-options.ts';
import { CALLS, type LabOptions, type LabRunOptions } from '../options.ts';
import { prepareUpgrade } from '../prepare-upgrade.ts';
import { SCENARIO_CALL, type RunScenarioOptions } from '../run-scenario.ts';

/** The hint for an option that only a scenario has. */
const BY_SCENARIO = 'sharedRun({ scenario }) takes it';

const RUN: CallOptions = {
  ...CALLS['Lab.run'],
  elsewhere: Object.fromEntries(
    Object.keys(CALLS['Lab.run'].elsewhere).map((key) => [key, BY_SCENARIO]),
  ),
  example: "For example: sharedRun({ series: '2025.1', to: '2026.1' })",
};

const SCENARIO: CallOptions = {
  ...SCENARIO_CALL,
  elsewhere: { ...SCENARIO_CALL.elsewhere, roll: 'sharedRun({ series, to }) takes it' },
  example: "For example: sharedRun({ scenario: 'gentle' })",
};

const LAB: CallOptions = {
  ...CALLS['Lab.start'],
  example: "For example: sharedLab({ series: '2025.1' })",
};

/**
 * Checks all options before a lab starts. Errors name the function that the test's author wrote.
 *
 * @throws RollgateError `invalid-options`, `invalid-scenario`, `invalid-plan`, …
 */
export async function checkSharedRun(options: LabRunOptions | RunScenarioOptions): Promise<void> {
  if ('scenario' in options) return checkOptions('sharedRun', options, withTimeOut(SCENARIO));
  checkOptions('sharedRun', options, withTimeOut(RUN));
  await prepareUpgrade('sharedRun', options, options);
}

/** The same for a lab. */
export async function checkSharedLab(options: LabOptions): Promise<void> {
  checkOptions('sharedLab', options, withTimeOut(LAB));
  await prepareUpgrade('sharedLab', options, { to: options.to ?? options.series });
}

function withTimeOut(call: CallOptions): CallOptions {
  return { ...call, known: [...call.known, 'timeoutMs'] };
}
