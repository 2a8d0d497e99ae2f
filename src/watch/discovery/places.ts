import { apiAddress, type CloudToken, type Endpoint } from '../cloud/catalogue.ts';
import type { CloudLogin } from '../cloud/login.ts';

/** The type of Keystone in the catalogue. */
export const IDENTITY = 'identity';

/** An address of a service that may be asked about itself. */
export interface ServiceAddress extends Endpoint {
  /** The service's type in the catalogue. */
  readonly service: string;
  /** Those that lead there, e.g. `public` and `internal`. */
  readonly interfaces: readonly string[];
  readonly region: string | undefined;
}

export interface PlacesOptions {
  /** The types of services to find. */
  readonly services: readonly string[];
  /** The path of the API below an endpoint, e.g. `/v1/PROJECT`. */
  readonly apiPath: string;
  /** The address that gets the load, and its service. */
  readonly watched: Endpoint & { readonly service: string };
}

/**
 * The addresses of services in the catalogue, each once: those of the login's region, or of the
 * watched address's. The watched address is the first. Keystone's is the one of the login.
 */
export function placesIn(
  login: Pick<CloudLogin, 'authUrl' | 'region' | 'endpoint'>,
  { catalogue }: Pick<CloudToken, 'catalogue'>,
  { services, apiPath, watched }: PlacesOptions,
): readonly ServiceAddress[] {
  const { service: main, ...address } = watched;
  const isWatched = (place: ServiceAddress): boolean =>
    keyOf(place) === keyOf({ ...address, service: main });
  const override: readonly ServiceAddress[] =
    login.endpoint === undefined
      ? []
      : [{ ...address, service: main, interfaces: ['override'], region: undefined }];
  const listed = catalogue.flatMap(({ type, endpoints }) =>
    services.includes(type)
      ? endpoints.flatMap(
          ({ url, interface: face, region, region_id }): readonly ServiceAddress[] => {
            const found = apiAddress(url, apiPath);
            if (found === undefined) return [];
            const where = region ?? region_id ?? undefined;
            return [{ ...found, service: type, interfaces: [face], region: where }];
          },
        )
      : [],
  );
  const region = login.region ?? listed.find(isWatched)?.region;
  const own = listed.filter((place) => region === undefined || place.region === region);
  const { origin, pathname } = new URL(login.authUrl);
  const identity: ServiceAddress = {
    service: IDENTITY,
    origin,
    path: pathname.replace(/\/+$/, ''),
    interfaces: ['login'],
    region: undefined,
  };
  const merged = [...Map.groupBy([...override, ...own, identity], keyOf).values()].flatMap(
    ([one, ...others]) =>
      one === undefined
        ? []
        : [{ ...one, interfaces: [one, ...others].flatMap(({ interfaces }) => interfaces) }],
  );
  return [...merged.filter(isWatched), ...merged.filter((place) => !isWatched(place))];
}

/** The address of a place, without the API's own path. */
export function urlOf({ origin, path }: Endpoint): string {
  return `${origin}${path}`;
}

function keyOf(place: Endpoint & { readonly service: string }): string {
  return `${place.service} ${urlOf(place)}`;
}
