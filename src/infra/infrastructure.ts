import type { ContainerSpec } from '../containers/port.ts';
import type { ServerName } from '../scenario/topology/infrastructure.ts';
import type { SharedVolume } from './authority.ts';

export { type Infrastructure, type ServerName } from '../scenario/topology/infrastructure.ts';

/** A server and the servers with which it forms a cluster, itself among them. */
export interface PlaceInCluster {
  readonly server: ServerName;
  readonly servers: readonly ServerName[];
}

/** The particulars of one infrastructure server; the lab adds names, network and labels. */
export type InfrastructureSpec = Pick<
  ContainerSpec,
  'image' | 'files' | 'ports' | 'ready' | 'readySeconds' | 'environment' | 'command'
> & {
  /**
   * A command in the container that ends with 0 once it is ready: for Compose, which cannot wait
   * for a log line. Absent if `ready` is a request.
   */
  readonly healthcheck?: readonly string[];
  /**
   * A command in the container that ends with 0 once the other servers can do without this one.
   * Absent: it may be stopped at once.
   */
  readonly mayStop?: readonly string[];
  /** Further names of it in the lab's network. */
  readonly aliases?: readonly string[];
  /** What differs in the server that takes its place in an upgrade. */
  readonly successor?: Pick<ContainerSpec, 'environment'>;
  /** A command in the container that prepares its stop. Absent: its stop signal is enough. */
  readonly beforeStop?: readonly string[];
  /** Volumes that other containers have too. They are not empty once it has started. */
  readonly shares?: readonly SharedVolume[];
  /** The volumes that its successor gets. Default: none. */
  readonly keeps?: { readonly directory: string } | { readonly files: readonly string[] };
};
