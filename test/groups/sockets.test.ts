import { declareTests } from './group.ts';

declareTests('sockets');
