import { listLabFiles } from '../../src/document/lab-files.ts';
import { CHOREOGRAPHY_NAMES } from '../../src/plan/choreographies/registry.ts';
import type { Vocabulary } from '../../src/scenario/vocabulary.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

export const vocabulary: Vocabulary = {
  shape: heatShape,
  series: ['2025.1', '2026.1', '2026.2'],
  choreographies: CHOREOGRAPHY_NAMES,
  deployers: listLabFiles('deployer'),
  balancers: ['rollgate', 'kolla-ansible', 'openstack-ansible'],
};
