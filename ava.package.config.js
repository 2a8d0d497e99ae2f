import lab from './ava.lab.config.js';

// The packed package in other projects: no lab. Its files run beside each other.
export default {
  ...lab,
  files: ['test/package/*.test.ts'],
  concurrency: 2,
};
