export * from './api/runners/node-test.ts';
