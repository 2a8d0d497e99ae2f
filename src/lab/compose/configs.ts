import { basename } from 'node:path';
import type { ContainerFile } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { escaped, type ComposeMount } from './service.ts';

/** The files of all services: Compose keeps them separately, each under its own name. */
export class ComposeConfigs {
  readonly #contents = new Map<string, string>();

  /** By name, in the form of `configs` of a Compose file. */
  get all(): Readonly<Record<string, { readonly content: string }>> {
    return Object.fromEntries(
      [...this.#contents].map(([name, content]) => [name, { content: escaped(content) }]),
    );
  }

  /** @param owner A prefix of a file's name, if another file has that name. */
  mount(owner: string, files: readonly ContainerFile[]): readonly ComposeMount[] {
    return files.map(({ path, content }) => ({
      source: this.#name(owner, basename(path), content),
      target: path,
    }));
  }

  /** Services of a kind share a file as long as it has the same content. */
  #name(owner: string, file: string, content: string): string {
    const own = `${owner}-${file}`;
    const numbered = Array.from({ length: 100 }, (_, index) => `${own}-${index + 2}`);
    const free = [file, own, ...numbered].find((name) => {
      const other = this.#contents.get(name);
      return other === undefined || other === content;
    });
    if (free === undefined) throw new RollgateError('invalid-compose', `too many files ${own}`);
    this.#contents.set(free, content);
    return free;
  }
}
