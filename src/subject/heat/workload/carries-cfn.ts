import { allSince } from '../service/since.ts';

/** The service beside heat-api that speaks CloudFormation. */
export const CFN = 'heat-api-cfn';

/**
 * Whether requests over heat-api-cfn can be expected to work. Measured: on 24 the current Keystone
 * answers 403, because it requires an authenticated caller; 26 and 27 authenticate.
 */
export function carriesCfn({
  services,
  versions,
}: {
  readonly services: ReadonlySet<string>;
  readonly versions: readonly string[];
}): boolean {
  return services.has(CFN) && allSince(26, versions);
}
