import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { httpServer } from '../load/scripted-server.ts';

const bodySchema = z.record(z.string(), z.record(z.string(), z.string()));

/** As much of Keystone's API as an identity plan takes: entities by collection, and grants. */
export class FakeKeystone {
  /** The attributes of the existing objects, by id: `users-1`, `users-2`, … */
  readonly entities = new Map<string, Readonly<Record<string, string>>>();
  readonly grants = new Set<string>();

  /** Serves on a free port of loopback. */
  serve() {
    return httpServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://keystone');
      const what = `${request.method} ${pathname.replace('/v3/', '')}`;
      const respond = async (): Promise<void> => {
        const [status, answer] = this.#answer(
          what,
          Object.fromEntries(searchParams),
          await text(request),
        );
        response.writeHead(status, { 'x-subject-token': 'token' });
        response.end(answer === undefined ? '' : JSON.stringify(answer));
      };
      respond().catch((error: Error) => response.destroy(error));
    });
  }

  /** Puts something in. @returns its id. */
  add(collection: string, attributes: Readonly<Record<string, string>>): string {
    const id = `${collection}-${this.#of(collection).length + 1}`;
    this.entities.set(id, attributes);
    return id;
  }

  #answer(
    what: string,
    query: Readonly<Record<string, string>>,
    body: string,
  ): readonly [number, object?] {
    const [method, path = ''] = what.split(' ');
    if (path === 'auth/tokens') return [201, { token: { project: { id: 'p' } } }];
    if (method === 'PUT') {
      this.grants.add(path);
      return [204];
    }
    if (method === 'GET') {
      const found = this.#of(path).filter(([, attributes]) =>
        Object.entries(query).every(([name, value]) => attributes[name] === value),
      );
      return [200, { [path]: found.map(([id]) => ({ id })) }];
    }
    const [entity, attributes] = Object.entries(bodySchema.parse(JSON.parse(body)))[0] ?? [];
    if (method === 'PATCH') {
      const id = path.split('/')[1] ?? '';
      this.entities.set(id, { ...this.entities.get(id), ...attributes });
      return [200, {}];
    }
    if (entity === undefined || attributes === undefined || `${entity}s` !== path) return [400, {}];
    return [201, { [entity]: { id: this.add(path, attributes) } }];
  }

  #of(collection: string) {
    return [...this.entities].filter(([id]) => id.startsWith(`${collection}-`));
  }
}
