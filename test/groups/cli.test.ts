import { declareTests } from './group.ts';

declareTests('cli');
