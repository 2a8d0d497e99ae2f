import type {
  ContainerEngine,
  Labelled,
  FoundContainer,
  LabelQuery,
  Labels,
  SweepOptions,
} from '../../src/containers/port.ts';
import { RollgateError } from '../../src/errors.ts';

type Thing = Labelled['networks'][number];

const absent = (what: string) => (): never => {
  throw new Error(`the fake engine cannot ${what}`);
};

/** Remembers what carries which labels, and no more. */
export class FakeContainerEngine implements ContainerEngine {
  containers: FoundContainer[] = [];
  networks: Thing[] = [];
  volumes: Thing[] = [];
  /** The requested sweeps, in order. */
  readonly swept: LabelQuery[] = [];
  /** How long each of them may take, in seconds. */
  readonly limits: (number | undefined)[] = [];
  /** Names of containers and networks that the engine does not remove. */
  readonly refusing: string[] = [];

  addContainer(name: string, labels: Labels, state = 'running'): void {
    this.containers.push({ name, id: name, image: 'image', labels, state });
  }

  async createNetwork(network: Thing): Promise<void> {
    this.networks.push(network);
  }

  async createVolume(volume: Thing): Promise<void> {
    this.volumes.push(volume);
  }

  async removeVolume(name: string): Promise<void> {
    this.volumes = this.volumes.filter((volume) => volume.name !== name);
  }

  async find(labels: LabelQuery): Promise<Labelled> {
    const fits = matching(labels);
    return {
      containers: this.containers.filter(fits),
      networks: this.networks.filter(fits),
      volumes: this.volumes.filter(fits),
    };
  }

  async sweep(labels: LabelQuery, { limitSeconds }: SweepOptions = {}): Promise<Labelled> {
    this.swept.push(labels);
    this.limits.push(limitSeconds);
    const found = await this.find(labels);
    const isGone = (thing: Thing): boolean =>
      matching(labels)(thing) && !this.refusing.includes(thing.name);
    this.containers = this.containers.filter((thing) => !isGone(thing));
    this.networks = this.networks.filter((thing) => !isGone(thing));
    this.volumes = this.volumes.filter((thing) => !isGone(thing));
    const { containers, networks, volumes } = await this.find(labels);
    const [left] = [...containers, ...networks, ...volumes];
    if (left === undefined) return found;
    throw new RollgateError('not-removed', `still there after 120 s of removing: ${left.name}`);
  }

  async imageId(): Promise<string | undefined> {
    return undefined;
  }

  start = absent('start');
  run = absent('run');
  copyFile = absent('copy a file');
  runInNetworkOf = absent('change a network');
  kill = absent('kill');
  state = absent('report a state');
  stop = absent('stop');
  startAgain = absent('start again');
  pause = absent('pause');
  unpause = absent('unpause');
  unplug = absent('unplug');
  plugIn = absent('plug in');
  remove = absent('remove');
  exec: ContainerEngine['exec'] = absent('exec');
  interact: ContainerEngine['interact'] = absent('interact');
  readFile = absent('read a file');
  writeFiles = absent('write files');
  logs = absent('read logs');
  port = absent('report a port');
  events: ContainerEngine['events'] = absent('report events');
  usage: ContainerEngine['usage'] = absent('report usage');
}

function matching(query: LabelQuery): (thing: { readonly labels: Labels }) => boolean {
  return ({ labels }) =>
    Object.entries(query).every(([key, value]) =>
      value === null ? key in labels : labels[key] === value,
    );
}
