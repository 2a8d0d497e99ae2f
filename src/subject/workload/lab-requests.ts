import { SERVER_HEADER } from '../../infra/haproxy.ts';
import type { Token } from '../../infra/keystone.ts';
import { customRequest } from '../custom-request.ts';
import type { AnswerMarks, ProbeRequest, SubjectLoad } from '../load.ts';

/**
 * The requests of a lab's load, all of them through its load balancer.
 *
 * @param probes By the probe's name.
 * @param token For a user's own probes.
 * @param lab How its certificate is checked.
 */
export function labRequests(
  origin: string,
  probes: Readonly<Record<string, ProbeRequest>>,
  token: Token,
  { tls }: Pick<AnswerMarks, 'tls'>,
): Pick<SubjectLoad, 'marks' | 'probes' | 'custom'> {
  return {
    marks: { serverHeader: SERVER_HEADER, tls },
    probes: Object.fromEntries(
      Object.entries(probes).map(([name, request]) => [name, { origin, request }]),
    ),
    custom: (probe) => {
      const request = customRequest(probe, token);
      return { origin, request: () => request };
    },
  };
}
