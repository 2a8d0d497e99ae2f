import test from 'ava';
import { gateCommands } from '../../../../src/cli/verbs/run/gate-commands.ts';
import type { Choreography } from '../../../../src/plan/draft.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import type { Verdict } from '../../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll } from '../../../verdict/runs.ts';
import { OLD } from '../../../verdict/stream.ts';

test('if a run passed although users noticed it, it names a gate’s requirement and the commands for it', (t) => {
  const verdict = judge(badRoll({ require: [] }).events);
  t.is(verdict.outcome, 'passed');
  const commands = gateCommands(verdict, ['run', '--out', 'my run', "it's.yaml"]);
  t.deepEqual(
    commands.map(([command]) => command),
    [
      String.raw`rollgate run 'it'\''s.yaml' --require supports-zero-downtime-upgrade`,
      String.raw`rollgate run 'it'\''s.yaml' --choreography gentle --require supports-zero-downtime-upgrade`,
    ],
  );
});

test('a subject without the choreography gets no command that uses it', (t) => {
  const { verdict, commands } = toldOf([]);
  t.is(verdict.outcome, 'passed');
  t.deepEqual(commands, ['rollgate run --require supports-zero-downtime-upgrade']);
});

test('the verdict of a run that passed names a failed tag that was not required', (t) => {
  const { reasons } = judge(badRoll({ require: [] }).events);
  t.regex(reasons.join('\n'), /^Not required, and failed: supports-[a-z-]+: [a-z-]+ \(.+\)/m);
});

function toldOf(choreographies: readonly Choreography[]): {
  readonly verdict: Verdict;
  readonly commands: readonly string[];
} {
  const verdict = judge(badRoll({ require: [] }).events);
  const commands = gateCommands(verdict, ['run'], choreographies).map(([command]) => command);
  return { verdict, commands };
}

test('a run without a loss, a failed run and a control name no command', (t) => {
  const stories = [
    cleanRoll({ require: [] }),
    badRoll({ require: ['supports-zero-downtime-upgrade'] }),
    badRoll({ require: [], target: OLD }),
  ];
  for (const { events } of stories) t.deepEqual(gateCommands(judge(events), ['run']), []);
});
