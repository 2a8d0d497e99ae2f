import { z } from 'zod';
import { jsonIn } from '../../../json.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import type { Question, Shown } from '../../cloud.ts';
import { versionsIn } from '../../version-document.ts';
import { REMOVED, RELEASE_SIGNS, signIn, templateOf } from './release-signs.ts';

const SERVICE = 'orchestration';

/** The version that `[revision] heat_revision` has if the deployer sets none. */
const UNSET = 'unknown';

const buildInfo = z.object({
  api: z.object({ revision: z.string() }),
  engine: z.object({ revision: z.string() }),
});

const serviceList = z.object({
  services: z.array(
    z.object({
      hostname: z.string(),
      status: z.string(),
      created_at: z.string().nullish(),
    }),
  ),
});

/**
 * What Heat's services say about themselves to a user of one project: version documents, builds,
 * engines, and the resource types that differ between releases. None of them changes anything.
 */
export function questions(projectId: string): readonly Question[] {
  const below = `/v1/${projectId}`;
  const asked = { service: SERVICE, withToken: true } as const;
  return [
    { service: SERVICE, path: '/', withToken: false, read: versionsIn },
    { service: 'cloudformation', path: '/', withToken: false, read: versionsIn },
    { ...asked, path: `${below}/build_info`, read: buildsIn, several: true },
    { ...asked, path: `${below}/services`, read: enginesIn },
    ...RELEASE_SIGNS.map((sign, index): Question => {
      const earlier = RELEASE_SIGNS[index - 1];
      return {
        ...asked,
        path: `${below}/validate`,
        body: JSON.stringify({ template: templateOf(sign) }),
        read: (answer) => [signIn(sign, answer)],
        several: true,
        // An old engine may not know the type of a later sign.
        ...(earlier === undefined ? {} : { after: { fact: earlier.type, value: REMOVED } }),
      };
    }),
  ];
}

/** An engine answers, and the API adds its own build (heat/api/openstack/v1/build_info.py). */
function buildsIn(answer: HttpResult): readonly Shown[] {
  const { data } = buildInfo.safeParse(jsonIn(answer.body));
  const of = (fact: string, revision: string | undefined): Shown =>
    revision === undefined || revision === UNSET
      ? { fact, why: revision === undefined ? refusal(answer) : 'heat_revision is not set' }
      : { fact, value: revision };
  return [
    of('build of the API', data?.api.revision),
    of('build of the engine', data?.engine.revision),
  ];
}

/** By default only an administrator may ask for it. */
function enginesIn(answer: HttpResult): readonly Shown[] {
  const { data } = serviceList.safeParse(jsonIn(answer.body));
  const fact = 'engines';
  if (data === undefined) return [{ fact, why: refusal(answer) }];
  const up = Map.groupBy(
    data.services.filter(({ status }) => status === 'up'),
    ({ hostname }) => hostname,
  );
  const value = [...up]
    .map(([host, own]) => {
      const since = own.flatMap(({ created_at }) => created_at ?? []).toSorted();
      return `${host}: ${own.length} since ${since[0] ?? 'an unknown time'}`;
    })
    .toSorted();
  return [{ fact, value: value.length === 0 ? 'none is up' : value.join('; ') }];
}

function refusal({ status }: HttpResult): string {
  return `answered ${status ?? 'nothing'}`;
}
