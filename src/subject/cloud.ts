import type { EventOf } from '../events/event.ts';
import type { Token } from '../infra/keystone.ts';
import type { HttpClientOptions } from '../load/http/http-client.ts';
import type { HttpResult } from '../load/http/request.ts';
import type { SettledOutcome } from '../load/ledger.ts';

/**
 * The part of an external cloud that a subject may use: its API, as a user of one project.
 */
export interface CloudAccess {
  /** Prefix of the names of all objects that the load makes, e.g. `rollgate-ci`. */
  readonly prefix: string;
  /** E.g. `https://cloud.example:8004`. */
  readonly origin: string;
  /** The path before the API's own paths, e.g. `/heat-api`; empty if there is none. */
  readonly path: string;
  readonly token: Token;
  /** Gets another token for the same user and project. */
  readonly renew: () => Promise<string>;
  readonly tls: HttpClientOptions['tls'];
  /** The header in which a load balancer names its server; undefined if there is none. */
  readonly serverHeader: string | undefined;
}

/** An operation that the API accepted in a previous watch. */
export interface EarlierOperation {
  readonly operation: string;
  readonly action: string;
  /** The object's name. */
  readonly object: string;
}

/** How it ended. */
export interface EarlierEnd {
  readonly operation: string;
  readonly outcome: SettledOutcome;
  readonly status: string;
}

/** An object that was not removed. */
export interface Leftover {
  readonly name: string;
  /** E.g. `DELETE_FAILED`. */
  readonly status: string;
}

/** The load that is sent beside an upgrade that another tool makes. Rates are per second. */
export interface WatchLoad {
  readonly probes: readonly { readonly name: string; readonly rate: number }[];
  /** Kinds of lifecycles that hold nothing back. */
  readonly kinds: readonly string[];
}

/** Something that an answer shows of its service. */
export type Shown = EventOf<'answer-seen'>['shown'][number];

/** A request that changes nothing, and whose answer shows something of the service. */
export interface Question {
  /** The service's type in the catalogue. */
  readonly service: string;
  /** Its path below an endpoint. */
  readonly path: string;
  /** The JSON that it posts. Default: none, and it is a GET. */
  readonly body?: string;
  /** Whether it needs the user's token. */
  readonly withToken: boolean;
  /** @param answer With a status below 500. */
  readonly read: (answer: HttpResult) => readonly Shown[];
  /** Whether equal answers may come from different processes, so that one answer shows only one. */
  readonly several?: true;
  /** It is asked only where an answer has shown this. */
  readonly after?: { readonly fact: string; readonly value: string };
}
