import type { ContainerSpec } from '../containers/port.ts';

export { INFRASTRUCTURE, type Infrastructure } from '../scenario/topology/infrastructure.ts';

/** The particulars of one infrastructure service; the lab adds names, network and labels. */
export type InfrastructureSpec = Pick<
  ContainerSpec,
  'image' | 'files' | 'ports' | 'ready' | 'readySeconds' | 'environment' | 'command'
> & {
  /**
   * A command in the container that ends with 0 once it is ready: for Compose, which cannot wait
   * for a log line. Absent if `ready` is a request.
   */
  readonly healthcheck?: readonly string[];
  /** The volumes that its successor gets. Default: none. */
  readonly keeps?: { readonly directory: string } | { readonly files: readonly string[] };
};
