/** The service beside heat-api that speaks CloudFormation. */
export const CFN = 'heat-api-cfn';

/**
 * Whether requests over heat-api-cfn can be expected to work. Measured: on 24 today's Keystone
 * answers 403, since it wants an authenticated caller; 26 and 27 are one.
 */
export function carriesCfn({
  services,
  versions,
}: {
  readonly services: ReadonlySet<string>;
  readonly versions: readonly string[];
}): boolean {
  const isNew = (version: string): boolean => Number(version.split('.')[0]) >= 26;
  return services.has(CFN) && versions.every(isNew);
}
