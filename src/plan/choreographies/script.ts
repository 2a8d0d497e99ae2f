import { RollgateError } from '../../errors.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import type { Choreography } from '../draft.ts';

/** The project's own script rolls the lab, call by call. Each call is validated when it is made. */
export const script: Choreography = {
  name: SCRIPT,
  summary: 'a script of the scenario drives, by calling rollgate',
  stages: ({ script: spec }) => {
    if (spec === undefined) {
      throw new RollgateError('invalid-plan', 'choreography script has no script to run', {
        kind: 'usage',
        hint: 'Write one into the scenario: script: { run: ./upgrade.sh }',
      });
    }
    return [{ name: SCRIPT, steps: [{ kind: 'script', ...spec, checks: [] }] }];
  },
};
