/**
 * Resource types and clients of other services, tools, and the source of libraries. A lab has no
 * other service than Keystone, so nothing calls them.
 */
const BEYOND: readonly RegExp[] = [
  /^heat\/engine\/resources\/aws\//,
  /^heat\/engine\/resources\/openstack\/(?!heat\/)/,
  /^heat\/engine\/clients\/os\/(?!keystone)/,
  /^heat\/cloudinit\//,
  /^heat\/cmd\/(manage|status)\.py$/,
  /^(?!heat\/)/,
];
/** The API that some topologies have. */
const CFN = { kind: 'heat-api-cfn', files: /^heat\/api\/(cfn|aws)\// };

/** See `Subject.isBeyondLab`. */
export function isBeyondLab(file: string, kinds: ReadonlySet<string>): boolean {
  return BEYOND.some((one) => one.test(file)) || (CFN.files.test(file) && !kinds.has(CFN.kind));
}
