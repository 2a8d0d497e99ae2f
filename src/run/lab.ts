import type { Deployment } from '../lab/deployment/deployment.ts';
import type { LabAccess } from '../subject/subject.ts';

/**
 * The parts of a lab that a run uses. `Deployment` has them with real containers; a unit test can
 * give others.
 */
export interface RunLab
  extends
    LabAccess,
    Pick<
      Deployment,
      | 'awaitServing'
      | 'awaitSpare'
      | 'balancerPort'
      | 'configure'
      | 'firstStarts'
      | 'infrastructure'
      | 'labels'
      | 'loaded'
      | 'migrate'
      | 'migrateData'
      | 'nameBeside'
      | 'pause'
      | 'pin'
      | 'removeService'
      | 'setOptions'
      | 'startBeside'
      | 'startService'
      | 'stopService'
      | 'subject'
      | 'swapInfrastructure'
      | 'topology'
    > {}
