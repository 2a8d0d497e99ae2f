import test from 'ava';
import { fixturesOf } from '../../src/api/runners/shared-run.ts';
import { Lab } from '../../src/index.ts';

/** Test runners call the hooks; here the test does. */
function prepared(shareIt: (fixtures: ReturnType<typeof fixturesOf>) => unknown): Promise<void> {
  const begun: Promise<void>[] = [];
  const hooks = {
    before: (work: () => Promise<void>) => void begun.push(work()),
    after: () => undefined,
  };
  shareIt(fixturesOf(() => hooks));
  return Promise.all(begun).then(() => undefined);
}

/** Values that a JavaScript program can pass in spite of the types. */
const untyped = (value: object): never => value as never;

for (const [what, message, share] of [
  [
    'a misspelt option of a run',
    'sharedRun: sed: unknown option (did you mean seed?)',
    ({ sharedRun }) => sharedRun(untyped({ series: '2025.1', to: '2026.1', sed: 1 })),
  ],
  [
    'a missing option of a run',
    /^sharedRun: to: missing/,
    ({ sharedRun }) => sharedRun(untyped({ series: '2025.1' })),
  ],
  [
    'an option of a scenario in a run without one',
    'sharedRun: keep: unknown option; sharedRun({ scenario }) takes it',
    ({ sharedRun }) => sharedRun(untyped({ series: '2025.1', to: '2026.1', keep: true })),
  ],
  [
    'a release of a run that does not exist',
    /^sharedRun: to: unknown release "2026\.11"/,
    ({ sharedRun }) => sharedRun({ series: '2025.1', to: '2026.11' }),
  ],
  [
    'an option of a run in a run of a scenario',
    'sharedRun: series: unknown option; write set: { base: … }',
    ({ sharedRun }) => sharedRun(untyped({ scenario: 'gentle', series: '2025.1' })),
  ],
  [
    'a misspelt option of a lab',
    'sharedLab: topologie: unknown option (did you mean topology?)',
    ({ sharedLab }) => sharedLab(untyped({ series: '2025.1', topologie: '1x1' })),
  ],
  [
    'a release of a lab that does not exist',
    /^sharedLab: series: unknown release "nope"/,
    ({ sharedLab }) => sharedLab({ series: 'nope' }),
  ],
] as const satisfies readonly (readonly [
  string,
  string | RegExp,
  (fixtures: ReturnType<typeof fixturesOf>) => unknown,
])[]) {
  test(`${what} is reported under the function that the caller wrote`, async (t) => {
    const error = await t.throwsAsync(prepared(share));
    const [first = '', ...hint] = error?.message.split('\n') ?? [];
    if (typeof message === 'string') t.is(first, message);
    else t.regex(first, message);
    t.notRegex(hint.join('\n'), /Lab\.(?:run|start)/);
  });
}

test('Lab.attach without a name says what it expects, and how to see the labs', async (t) => {
  for (const name of [undefined, {}, 'A B']) {
    await t.throwsAsync(Lab.attach(name as never), {
      code: 'invalid-name',
      message: /^Lab\.attach: expected a lab’s name; found /,
    });
  }
});
