/** The page of a request. */
export type Route =
  | { readonly page: 'overview'; readonly query: URLSearchParams }
  | { readonly page: 'compare'; readonly runs: readonly string[] }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'events'; readonly id: string }
  | { readonly page: 'follow'; readonly id: string; readonly wanted: string }
  | { readonly page: 'file'; readonly id: string; readonly file: string }
  | { readonly page: 'none'; readonly path: string };

/**
 * Reads a request's target. A run's id and a file's name are one part of the path each, with their
 * slashes escaped. They are compared with existing names, and never become a path.
 */
export function routeOf(target: string): Route {
  const [path = '', ...rest] = target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const none = { page: 'none', path } as const;
  const parts = partsOf(path);
  if (parts === undefined) return none;
  const [first, id, page, file, ...more] = parts;
  if (path === '/') return { page: 'overview', query };
  if (path === '/compare') return { page: 'compare', runs: query.getAll('run') };
  if (first !== 'run' || id === undefined || page === undefined || more.length > 0) return none;
  if (page === 'file' && file !== undefined) return { page, id, file };
  if (file !== undefined) return none;
  if (page === '') return { page: 'run', id };
  if (page === 'events') return { page, id };
  if (page === 'follow') return { page, id, wanted: query.get('what') ?? '' };
  return none;
}

/** Undefined if the escaping is invalid. */
function partsOf(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
