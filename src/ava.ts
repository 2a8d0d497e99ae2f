export * from './api/runners/ava.ts';
