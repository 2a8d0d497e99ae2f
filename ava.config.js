import { ALONE } from './test/groups/group.ts';

// Unit tests: no container engine, no network beyond loopback. They run in groups, see
// test/groups/group.ts; a file that is named (`npx ava test/plan/render/render.test.ts`) runs by itself.
const named = process.argv.slice(2).some((argument) => argument.includes('.test.'));

export default {
  extensions: { ts: 'module' },
  files: named
    ? [
        'test/**/*.test.ts',
        '!test/lab/*.test.ts',
        '!test/browser/**',
        '!test/soak/**',
        '!test/package/**',
      ]
    : ['test/groups/*.test.ts', ...ALONE.map((pattern) => `test/${pattern}`)],
  timeout: '60s',
};
