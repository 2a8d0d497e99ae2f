import lab from './ava.lab.config.js';

// Longer than a test run should take; run by hand, with the figures in docs/.
export default { ...lab, files: ['test/soak/**/*.test.ts'], timeout: '60m' };
