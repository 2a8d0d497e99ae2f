import { defineConfig } from 'vitest/config';

// An upgrade takes minutes. The first one also builds images.
export default defineConfig({
  test: {
    hookTimeout: 30 * 60_000,
    // Two cores carry one lab.
    fileParallelism: false,
  },
});
