import test from 'ava';
import { invoked } from '../cli/rollgate.ts';
import { FOLDERS, OPTIONS, RIGHT, SCENARIOS, TOPOLOGIES, UNWRITABLE, type Case } from './cases.ts';
import { CLOUDS, LABS, MARKS } from './clouds-and-marks.ts';
import { LATE, PATHS, TEXTS } from './names-and-texts.ts';
import { MATRICES, PLACES, PROFILES, SUBJECTS } from './other-files.ts';

// Errors in the input are also shown on a machine without a container engine.
process.env['DOCKER_HOST'] = 'unix:///no/engine/here.sock';

const groups = {
  'scenario files': SCENARIOS,
  'scenarios that are none': RIGHT,
  options: OPTIONS,
  topologies: TOPOLOGIES,
  'run folders and bundles': FOLDERS,
  'reports that cannot be written': UNWRITABLE,
  matrices: MATRICES,
  'profiles of deployers': PROFILES,
  subjects: SUBJECTS,
  places: PLACES,
  texts: TEXTS,
  paths: PATHS,
  'what fails late': LATE,
  'clouds that are watched': CLOUDS,
  marks: MARKS,
  'options of labs': LABS,
} satisfies Readonly<Record<string, readonly Case[]>>;

for (const [group, cases] of Object.entries(groups)) {
  for (const { name, args, env, status, says } of cases) {
    // One after the other, so that AVA names the test that hangs.
    test.serial(`bad ${group}: ${name}`, async (t) => {
      const { exitCode, stderr } = await invoked(args(), env?.());
      t.regex(stderr, says);
      t.is(exitCode, status, stderr);
      t.notRegex(stderr, /a bug in rollgate/);
      t.true(stderr.length < 20_000, `${stderr.length} characters`);
    });
  }
}
