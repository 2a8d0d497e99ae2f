import { z } from 'zod';
import { jsonIn } from '../json.ts';
import type { HttpResult } from '../load/http/request.ts';
import type { Shown } from './cloud.ts';

const version = z.object({
  id: z.string(),
  status: z.string().optional(),
  /** The date of Keystone's. */
  updated: z.string().optional(),
  /** The highest micro-version; services of other kinds say `max_version`. */
  version: z.string().optional(),
  max_version: z.string().optional(),
  min_version: z.string().optional(),
});
const list = z.array(version);
const document = z.union([
  z.object({ versions: list }).transform(({ versions }) => versions),
  z.object({ versions: z.object({ values: list }) }).transform(({ versions }) => versions.values),
  z.object({ version }).transform((one) => [one.version]),
]);

/** The versions of an API with their micro-versions, as a version document of OpenStack has them. */
export function versionsIn({
  body,
  status,
}: Pick<HttpResult, 'body' | 'status'>): readonly Shown[] {
  const fact = 'API versions';
  const { data } = document.safeParse(jsonIn(body));
  if (data === undefined) return [{ fact, why: `answered ${status ?? 'nothing'}` }];
  return [{ fact, value: data.map(inWords).join('; ') }];
}

function inWords(one: z.infer<typeof version>): string {
  const highest = one.max_version ?? one.version ?? '';
  const micro = highest === '' ? '' : ` (${one.min_version ?? ''} to ${highest})`;
  const date = one.updated === undefined ? '' : ` of ${one.updated.slice(0, 10)}`;
  return `${one.id}${one.status === undefined ? '' : ` ${one.status}`}${micro}${date}`;
}
