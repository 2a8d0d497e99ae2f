import { declareTests } from './group.ts';

declareTests('machine');
