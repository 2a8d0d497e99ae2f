export * from './api/runners/vitest.ts';
