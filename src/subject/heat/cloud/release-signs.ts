import { z } from 'zod';
import { jsonIn } from '../../../json.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import type { Shown } from '../../cloud.ts';

/** Heat's releases by their major versions, oldest first (releases.openstack.org). */
const RELEASES = [
  [15, 'Victoria'],
  [16, 'Wallaby'],
  [17, 'Xena'],
  [18, 'Yoga'],
  [19, 'Zed'],
  [20, '2023.1'],
  [21, '2023.2'],
  [22, '2024.1'],
  [23, '2024.2'],
  [24, '2025.1'],
  [25, '2025.2'],
  [26, '2026.1'],
  [27, '2026.2'],
] as const;

/** A resource type whose implementation a release removed, because the service behind it had ended. */
export interface ReleaseSign {
  readonly type: string;
  /** The first major version of Heat without the implementation. */
  readonly removedSince: number;
}

/**
 * The types whose class became a `NoneResource` in one release of Heat and stayed so. A
 * `NoneResource` accepts all properties (heat/engine/resources/openstack, tags 15.0.0 to 26.0.0 and
 * the branch of 27). Each type exists in all these releases, except Vitrage's in 15.
 */
export const RELEASE_SIGNS: readonly ReleaseSign[] = [
  { type: 'OS::Magnum::Bay', removedSince: 19 },
  { type: 'OS::Glance::Image', removedSince: 22 },
  { type: 'OS::Sahara::Cluster', removedSince: 23 },
  { type: 'OS::Monasca::Notification', removedSince: 25 },
  { type: 'OS::Vitrage::Template', removedSince: 27 },
];

export const REMOVED = 'removed';
const OFFERED = 'offered';

/** A property that no type has. */
const UNKNOWN = 'rollgate';

/** A template with a resource of the type, which only a `NoneResource` accepts. */
export function templateOf({ type }: ReleaseSign): object {
  const resources = { sign: { type, properties: { [UNKNOWN]: true } } };
  return { heat_template_version: '2018-08-31', resources };
}

/** heat/api/middleware/fault.py: the name and the text of the engine's exception. */
const fault = z.object({ error: z.object({ type: z.string(), message: z.string() }) });

/**
 * Whether the engine that answered has removed a type, by its answer to `validate` of `templateOf`.
 * An engine that has its class refuses the resource: its service is not in the catalogue
 * (`ResourceTypeUnavailable`), or the property is unknown (heat/engine/resource.py,
 * `validate_template`). Unlike the refusals of `resource_schema`, these leave no error in its log.
 */
export function signIn(
  { type, removedSince }: ReleaseSign,
  { status, body }: Pick<HttpResult, 'status' | 'body'>,
): Shown {
  if (status === 200) return { fact: type, value: REMOVED, releases: since(removedSince) };
  const said = fault.safeParse(jsonIn(body)).data?.error;
  const refuses =
    said?.type === 'ResourceTypeUnavailable' ||
    said?.message.includes(`Unknown Property ${UNKNOWN}`) === true;
  return refuses
    ? { fact: type, value: OFFERED, releases: before(removedSince) }
    : {
        fact: type,
        why: `answered ${status ?? 'nothing'}${said === undefined ? '' : ` ${said.type}`}`,
      };
}

function since(version: number): string[] {
  return RELEASES.filter(([major]) => major >= version).map(named);
}

function before(version: number): string[] {
  return RELEASES.filter(([major]) => major < version).map(named);
}

/** `24 (2025.1)`; the ends stand for everything beyond them too. */
function named([major, series]: (typeof RELEASES)[number]): string {
  const [[oldest], [newest]] = [RELEASES[0], RELEASES[RELEASES.length - 1] ?? RELEASES[0]];
  const beyond = major === oldest ? ' or older' : major === newest ? ' or newer' : '';
  return `${major} (${series})${beyond}`;
}
