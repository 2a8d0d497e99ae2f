import { LAB_BALANCER } from '../plan/balancer.ts';
import { CHOREOGRAPHIES } from '../plan/choreographies/registry.ts';
import { balancersOf } from '../plan/deployer.ts';
import type { Choreography } from '../plan/draft.ts';
import type { DeployerProfile } from '../scenario/deployer/profile.ts';
import type { SubjectShape } from '../scenario/topology/topology.ts';
import type { Vocabulary } from '../scenario/vocabulary.ts';
import { SUBJECT_NAMES } from '../subject/registry.ts';

/** The words that a scenario may use for a subject with these releases and deployers. */
export function vocabularyOf(
  shape: SubjectShape,
  series: readonly string[],
  deployers: readonly DeployerProfile[],
  choreographies: readonly Choreography[] = CHOREOGRAPHIES,
): Vocabulary {
  return {
    shape,
    subjects: SUBJECT_NAMES,
    series,
    choreographies: choreographies.map(({ name }) => name),
    deployers: deployers.map(({ name }) => name),
    balancers: [LAB_BALANCER, ...balancersOf(deployers)].map(({ name }) => name),
  };
}
