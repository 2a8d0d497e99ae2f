import { declareTests } from './group.ts';

declareTests('pure');
