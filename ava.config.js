// Unit tests: no container engine, no network beyond loopback.
export default {
  extensions: { ts: 'module' },
  files: ['test/**/*.test.ts', '!test/lab/*.test.ts', '!test/soak/**'],
  timeout: '30s',
};
