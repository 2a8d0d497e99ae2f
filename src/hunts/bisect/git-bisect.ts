import { join } from 'node:path';
import { execa } from 'execa';
import { inTemporaryFolder } from '../../containers/source/stage-tree.ts';
import { RollgateError } from '../../errors.ts';
import { git, GIT_ENVIRONMENT } from '../../release/source/git.ts';
import type { Word } from './judge-commit.ts';

/** The answer of git bisect. */
export interface BisectAnswer {
  /** The commit to try next; none once it has found the first bad one. */
  readonly next?: string;
  /** One commit; several if skipped commits leave it open. */
  readonly first?: readonly string[];
  /** How far it is, in git's words. */
  readonly text: string;
}

/** `git bisect` in a temporary clone that shares the repository's objects. */
export class GitBisect {
  readonly #clone: string;

  private constructor(clone: string) {
    this.#clone = clone;
  }

  /** @param use Gets a new bisection. The repository itself is only read. */
  static async in<T>(repository: string, use: (bisect: GitBisect) => Promise<T>): Promise<T> {
    return inTemporaryFolder(async (temporary) => {
      const clone = join(temporary, 'clone');
      await git(repository, 'clone', '--quiet', '--shared', '--no-checkout', '.', clone);
      return use(new GitBisect(clone));
    });
  }

  /**
   * @throws RollgateError `git-failed`, e.g. if the good commit does not come before the bad one.
   */
  start(range: { readonly good: string; readonly bad: string }): Promise<BisectAnswer> {
    return this.#say('start', '--no-checkout', range.bad, range.good);
  }

  mark(word: Word, commit: string): Promise<BisectAnswer> {
    return this.#say(word, commit);
  }

  async #say(...command: readonly string[]): Promise<BisectAnswer> {
    const done = await execa('git', ['-C', this.#clone, 'bisect', ...command], {
      reject: false,
      env: GIT_ENVIRONMENT,
    });
    const text = done.stdout.trim();
    const [, found] = /^([0-9a-f]{40,}) is the first bad commit$/m.exec(text) ?? [];
    if (found !== undefined) return { first: [found], text };
    // Exit status 2: only skipped ones are left.
    if (done.exitCode === 2) return { first: text.match(/^[0-9a-f]{40,}$/gm) ?? [], text };
    if (done.failed) {
      throw new RollgateError('git-failed', `git bisect ${command.join(' ')} failed`, {
        kind: 'usage',
        detail: [text, done.stderr].filter(Boolean).join('\n'),
        hint: 'The good commit has to come before the bad one.',
      });
    }
    return { next: await git(this.#clone, 'rev-parse', 'BISECT_HEAD'), text };
  }
}
