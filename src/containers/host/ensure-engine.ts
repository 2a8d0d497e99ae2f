import { RollgateError } from '../../errors.ts';
import { askEngine, engineError, type EngineAnswer } from '../docker.ts';
import { canInstallPackages, installPackages } from './debian-packages.ts';
import { startEngine, type StartOptions } from './dockerd.ts';
import { lockFile, withLock } from './process-lock.ts';
import { findProgram } from './programs.ts';

export interface EnsureEngineOptions extends StartOptions {
  /**
   * Whether to install and start a missing engine, if this user may. Otherwise an error has the
   * remedy.
   */
  readonly fix?: boolean | undefined;
  /** The machine; tests have their own. */
  readonly host?: EngineHost | undefined;
}

export interface EngineReady {
  readonly version: string;
  readonly apiVersion: string;
  /** The actions that it took. */
  readonly installed: boolean;
  readonly started: boolean;
}

/** The properties of a machine that decide how it gets a container engine. */
export interface EngineHost {
  readonly isRoot: boolean;
  /** The user wants an engine elsewhere, which cannot be started from here. */
  readonly usesRemote: boolean;
  readonly lockFile: string;
  ask(): Promise<EngineAnswer>;
  hasEngine(): boolean;
  canInstall(): boolean;
  install(options: StartOptions): Promise<void>;
  start(options: StartOptions): Promise<unknown>;
}

export function thisHost(): EngineHost {
  return {
    isRoot: process.getuid?.() === 0,
    usesRemote: process.env['DOCKER_HOST'] !== undefined,
    lockFile: lockFile('engine'),
    ask: askEngine,
    hasEngine: () => findProgram('dockerd') !== undefined,
    canInstall: canInstallPackages,
    install: (options) => installPackages(['docker.io'], options),
    start: startEngine,
  };
}

/**
 * Ensures that a container engine answers. An engine that already answers is left alone.
 *
 * @throws RollgateError `engine-unreachable`, `engine-too-old` with the remedy,
 * `package-install-failed`, `engine-start-failed`, `engine-not-answering`.
 */
export async function ensureEngine(options: EnsureEngineOptions = {}): Promise<EngineReady> {
  const { fix = false, onProgress, signal, host = thisHost() } = options;
  const found = await host.ask();
  if (found.state === 'ready') return asFound(found);
  const fixable = found.state === 'absent' || found.state === 'silent';
  if (!fix || !fixable || !host.isRoot || host.usesRemote) throw engineError(found, host.isRoot);

  const onWait = ({ pid }: { readonly pid: number }): void =>
    onProgress?.(`waiting for process ${pid}, which sets up the container engine`);
  return withLock({ file: host.lockFile, onWait, signal }, async () => {
    const now = await host.ask();
    if (now.state === 'ready') return asFound(now);
    const installed = !host.hasEngine();
    if (installed) {
      if (!host.canInstall()) throw noInstaller();
      await host.install({ onProgress, signal });
    }
    await host.start({ onProgress, signal });
    const answer = await host.ask();
    if (answer.state !== 'ready') throw engineError(answer, host.isRoot);
    onProgress?.(`container engine ${answer.version} answers`);
    return { ...asFound(answer), installed, started: true };
  });
}

function asFound({
  version,
  apiVersion,
}: Extract<EngineAnswer, { readonly state: 'ready' }>): EngineReady {
  return { version, apiVersion, installed: false, started: false };
}

function noInstaller(): RollgateError {
  return new RollgateError(
    'engine-unreachable',
    'there is no container engine on this machine, and no apt-get to install one with',
    { hint: 'Install Docker 20.10 or newer, and start it.' },
  );
}
