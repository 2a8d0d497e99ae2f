// Tests on real containers and in a real browser: one file at a time, since two cores carry one lab
// at a time.
export default {
  extensions: { ts: 'module' },
  files: ['test/lab/*.test.ts', 'test/browser/*.test.ts'],
  concurrency: 1,
  serial: true,
  failFast: false,
  timeout: '10m',
  workerThreads: false,
};
