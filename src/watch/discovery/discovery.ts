import { RollgateError } from '../../errors.ts';
import type { EventOf, EventSink, RunEvent } from '../../events/event.ts';
import { PATH_FACTS } from '../../events/families/discovered.ts';
import { sinceStart, systemClock } from '../../load/clock.ts';
import { RenewedTokens } from '../../load/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../../load/http/request.ts';
import { firstReleaseInWords, serviceInWords } from '../../report/discovered-in-words.ts';
import type { CloudAccess, Question, Shown } from '../../subject/cloud.ts';
import { versionsIn } from '../../subject/version-document.ts';
import { plain } from '../../text/plain.ts';
import { readDiscovered } from '../../verdict/reading/discovered.ts';
import { urlOf, IDENTITY, type ServiceAddress } from './places.ts';

const TIMEOUT_MS = 5000;
/** In a round, for a question that several processes may answer: RabbitMQ takes them in turn. */
const TIMES = 4;
/** Its own versions are in this document (keystone/api/discovery.py). */
const KEYSTONE: Question = { service: IDENTITY, path: '/v3', withToken: false, read: versionsIn };
/** Any answer shows something; those of a proxy for a broken service do not count. */
const ANY = Array.from({ length: 400 }, (_, index) => 100 + index);
/** Answers to the first round after which a question is not repeated: this user may not ask it. */
const REFUSED: ReadonlySet<number | undefined> = new Set([401, 403, 404, 405]);
const LONGEST = 200;
const REQUEST_ID = 'x-openstack-request-id';

type Round = NonNullable<EventOf<'answer-seen'>['round']>;

export interface DiscoveryOptions {
  readonly places: readonly ServiceAddress[];
  readonly questions: readonly Question[];
  readonly access: Pick<CloudAccess, 'token' | 'renew' | 'tls'>;
  /** The watched address and its subject, as in the start of the run. */
  readonly watched: { readonly endpoint: string };
  readonly subject: { readonly shape: { readonly name: string } };
  readonly emit: EventSink;
  /** The clock's time at the start of the run. */
  readonly runStart: number;
  /** Questions per second between the two rounds. */
  readonly rate: number;
}

/** One question to one place. */
interface Asked {
  readonly place: ServiceAddress;
  readonly question: Question;
  readonly client: HttpClient;
}

/**
 * Asks a cloud's services about themselves: all questions before the load, then one after the other
 * while it runs, then all again. The answers are events. A question without an answer shows nothing,
 * and is no loss of the API.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #clients: readonly HttpClient[];
  readonly #all: readonly Asked[];
  /** Facts and values that a place has shown. */
  readonly #seen = new Set<string>();
  readonly #silent = new Set<ServiceAddress>();
  /** Places whose own answers have a request id; an answer without one is a proxy's. */
  readonly #marked = new Set<ServiceAddress>();
  readonly #refused = new Set<Asked>();
  /** The events of the first round. */
  readonly #first: RunEvent[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    const { token, renew, tls } = options.access;
    const credentials = new RenewedTokens(new Map([[token.id, renew]]));
    const asked = options.places.map((place) => {
      const { origin } = place;
      const common = { origin, connection: 'new', timeoutMs: TIMEOUT_MS, tls } as const;
      return { place, client: createHttpClient({ ...common, clock: systemClock, credentials }) };
    });
    this.#clients = asked.map(({ client }) => client);
    const [watched] = options.places;
    this.#all = asked.flatMap((one) =>
      [...options.questions, KEYSTONE]
        .filter(({ service }) => service === one.place.service)
        .filter(({ withToken }) => !withToken || isAsSafe(one.place, watched))
        .map((question) => ({ ...one, question })),
    );
  }

  /** The first round: which addresses answer, and what they show. The abort ends it at once. */
  async begin(signal: AbortSignal): Promise<void> {
    const stop = (): void => void this.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#findPlaces();
      await this.#round('first', signal);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    this.#running = this.#askOn();
  }

  async #findPlaces(): Promise<void> {
    const { places } = this.#options;
    const reached = new Map(
      await Promise.all(
        places.map(async (place) => {
          const [asked] = this.#all.filter((one) => one.place === place);
          return [place, asked && (await this.#send(asked))] as const;
        }),
      ),
    );
    for (const place of places) {
      const { service, interfaces, region } = place;
      const answer = reached.get(place);
      const silent =
        answer === undefined || isAnswer(answer)
          ? undefined
          : `${answer.status ?? ''} ${answer.outcome}`.trim();
      // The watched one may come back.
      if (silent !== undefined && place !== places[0]) this.#silent.add(place);
      this.#emit({
        type: 'endpoint-found',
        at: this.#now(),
        service,
        url: urlOf(place),
        interfaces: [...interfaces],
        ...(region === undefined ? {} : { region: plain(region) }),
        ...(silent === undefined ? {} : { silent }),
      });
    }
  }

  /** What the first round showed, a line for each address. */
  get lines(): readonly string[] {
    const { watched, subject } = this.#options;
    const found = { ...watched, cloud: '', project: '', ...readDiscovered(this.#first, watched) };
    return [
      ...(found.services ?? []).map(serviceInWords),
      `${subject.shape.name}: ${firstReleaseInWords(found)}, by its own answers`,
    ];
  }

  readonly #emit = (event: EventOf<'endpoint-found' | 'answer-seen'>): void => {
    if (event.type === 'endpoint-found' || event.round === 'first') this.#first.push(event);
    this.#options.emit(event);
  };

  /** The last round. */
  async end(signal: AbortSignal): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#round('last', signal);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#running;
  }

  /** Asks everything, and then what the answers have made askable. */
  async #round(round: Round, signal: AbortSignal): Promise<void> {
    const done = new Set<Asked>();
    for (let due = this.#due(done); due.length > 0; due = this.#due(done)) {
      if (signal.aborted) return;
      for (const asked of due) done.add(asked);
      await Promise.all(
        due.flatMap((asked) =>
          Array.from({ length: asked.question.several === true ? TIMES : 1 }, () =>
            this.#ask(asked, round),
          ),
        ),
      );
    }
  }

  async #askOn(): Promise<void> {
    const { signal } = this.#stopping;
    const open = new Set<Promise<void>>();
    const intervalMs = 1000 / this.#options.rate;
    for (let turn = 0; !signal.aborted; turn += 1) {
      await systemClock.sleepUntil(systemClock.now() + intervalMs, signal);
      const due = this.#due(new Set());
      const asked = due[turn % Math.max(1, due.length)];
      if (signal.aborted || asked === undefined) continue;
      const asking: Promise<void> = this.#ask(asked).finally(() => open.delete(asking));
      open.add(asking);
    }
    await Promise.all(open);
  }

  #due(done: ReadonlySet<Asked>): readonly Asked[] {
    return this.#all.filter((asked) => {
      const { place, question } = asked;
      const { after } = question;
      if (done.has(asked) || this.#silent.has(place) || this.#refused.has(asked)) return false;
      return after === undefined || this.#seen.has(keyOf(place, after));
    });
  }

  async #ask(asked: Asked, round?: Round): Promise<void> {
    const { place, question } = asked;
    const answer = await this.#send(asked);
    if (answer === undefined || !isAnswer(answer)) return;
    if (answer.headers[REQUEST_ID] !== undefined) this.#marked.add(place);
    else if (this.#marked.has(place)) return;
    if (round === 'first' && REFUSED.has(answer.status)) this.#refused.add(asked);
    const shown = [...question.read(answer), ...headersOf(answer)].map(printable);
    for (const { fact, value = '' } of shown) this.#seen.add(keyOf(place, { fact, value }));
    this.#emit({
      type: 'answer-seen',
      at: this.#now(),
      id: answer.id,
      service: place.service,
      url: urlOf(place),
      ...(round === undefined ? {} : { round }),
      shown,
    });
  }

  /** `undefined` if it was not sent. */
  async #send({ place, question, client }: Asked): Promise<HttpResult | undefined> {
    const { token } = this.#options.access;
    const { path, body } = question;
    const method = body === undefined ? 'GET' : 'POST';
    const spec: RequestSpec = {
      operation: `${method} ${path}`,
      method,
      path: `${place.path}${path}`,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(question.withToken ? { 'x-auth-token': token.id } : {}),
      },
      ...(body === undefined ? {} : { body }),
      expect: question.withToken ? ANY.filter((status) => status !== 401) : ANY,
    };
    try {
      return await client.send(spec);
    } catch (error) {
      // The watch is over, or this machine has no more ports: the load shows that.
      if (error instanceof RollgateError) return undefined;
      throw error;
    }
  }

  #now(): number {
    return sinceStart(systemClock.now(), this.#options.runStart);
  }
}

/** A token that travels encrypted to the watched address goes to no address in the clear. */
function isAsSafe(place: ServiceAddress, watched: ServiceAddress | undefined): boolean {
  return place.origin.startsWith('https:') || watched?.origin.startsWith('https:') !== true;
}

function isAnswer({ status, outcome }: HttpResult): boolean {
  return status !== undefined && (outcome === 'served' || status === 401);
}

/** `none` is a value too: another server may add a header. */
function headersOf({ headers }: HttpResult): readonly Shown[] {
  const of = (name: string): string => {
    const value = headers[name];
    return value === undefined ? 'none' : [value].flat().join(', ');
  };
  return [
    { fact: PATH_FACTS.server, value: of('server') },
    { fact: PATH_FACTS.via, value: of('via') },
    {
      fact: PATH_FACTS.requestId,
      value: headers[REQUEST_ID] === undefined ? 'none' : 'in the answers',
    },
  ];
}

function printable(shown: Shown): Shown {
  const { value, why } = shown;
  return {
    ...shown,
    ...(value === undefined ? {} : { value: plain(value).slice(0, LONGEST) }),
    ...(why === undefined ? {} : { why: plain(why).slice(0, LONGEST) }),
  };
}

function keyOf(
  place: ServiceAddress,
  { fact, value }: { readonly fact: string; readonly value: string },
): string {
  return `${place.service} ${urlOf(place)} ${fact} ${value}`;
}
