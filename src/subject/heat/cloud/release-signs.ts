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

/** A resource type that a release hid, because the service behind it had ended. */
export interface ReleaseSign {
  readonly type: string;
  /** The first major version of Heat that hides it. */
  readonly hiddenSince: number;
}

/**
 * The types whose `support_status` became HIDDEN in one release of Heat and stayed so
 * (heat/engine/resources/openstack, tags 15.0.0 to 26.0.0 and the branch of 27). Each exists in all
 * these releases, except Vitrage's in 15: Heat answers 500 for a type that it does not know.
 */
export const RELEASE_SIGNS: readonly ReleaseSign[] = [
  { type: 'OS::Neutron::LBaaS::Pool', hiddenSince: 21 },
  { type: 'OS::Glance::Image', hiddenSince: 22 },
  { type: 'OS::Sahara::Cluster', hiddenSince: 23 },
  { type: 'OS::Monasca::Notification', hiddenSince: 25 },
  { type: 'OS::Vitrage::Template', hiddenSince: 27 },
];

export const HIDDEN = 'hidden';
const OFFERED = 'offered';

/** heat/api/middleware/fault.py: the name of the engine's exception. */
const fault = z.object({ error: z.object({ type: z.string() }) });

/**
 * Whether the engine that answered hides a resource type. In heat/engine/service.py,
 * `resource_schema` refuses a hidden type (`NotSupported`) before it looks whether the type's
 * service is in the catalogue (`ResourceTypeUnavailable`).
 */
export function signIn(
  { type, hiddenSince }: ReleaseSign,
  { status, body }: Pick<HttpResult, 'status' | 'body'>,
): Shown {
  const said = fault.safeParse(jsonIn(body)).data?.error.type;
  if (said === 'NotSupported') return { fact: type, value: HIDDEN, releases: since(hiddenSince) };
  if (status === 200 || said === 'ResourceTypeUnavailable') {
    return { fact: type, value: OFFERED, releases: before(hiddenSince) };
  }
  return {
    fact: type,
    why: `answered ${status ?? 'nothing'}${said === undefined ? '' : ` ${said}`}`,
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
