import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { SHELLS, type Shell } from '../../src/cli/completion.ts';
import { ensureProgram } from '../ensure-program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { invoked } from './rollgate.ts';

const ZSH = fileURLToPath(new URL('fixtures/complete.zsh', import.meta.url));

/** An empty folder but for a file, with each shell's script. */
const folder = temporaryFolder();
const script = (shell: Shell): string => join(folder, `.${shell}`);

test.before('the shells are installed', async (t) => {
  t.timeout(10 * 60_000);
  await ensureProgram('/usr/bin/fish', 'fish');
  await ensureProgram('/usr/bin/zsh', 'zsh');
  await writeFile(join(folder, 'mine.yaml'), '');
  for (const shell of SHELLS) {
    await writeFile(script(shell), (await invoked(['completion', shell])).stdout);
  }
});

/** What a shell offers for a line, as if the Tab key were pressed at its end. */
async function offered(shell: Shell, line: string): Promise<readonly string[]> {
  const options = { cwd: folder, env: { HOME: folder } };
  switch (shell) {
    case 'bash': {
      const words = line.split(' ');
      const typed = words.map((word) => `'${word}'`).join(' ');
      // Where the function offers nothing, bash itself offers files.
      const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _rollgate
(( \${#COMPREPLY[@]} )) || COMPREPLY=($(compgen -f -- '${words.at(-1) ?? ''}'))`;
      const { stdout } = await execa(
        'bash',
        ['--norc', '-c', `. ${script(shell)}; ${ask}; printf '%s\\n' "\${COMPREPLY[@]}"`],
        options,
      );
      return wordsOf(stdout);
    }
    case 'fish': {
      const ask = `source ${script(shell)}; complete -C '${line}'`;
      const { stdout } = await execa('fish', ['--no-config', '-c', ask], options);
      return stdout.split('\n').flatMap((one) => one.split('\t').slice(0, 1));
    }
    case 'zsh': {
      // A terminal of its own, where the Tab key lists what is offered.
      const { stdout } = await execa('zsh', ['-f', ZSH, script(shell), line], options);
      // It draws the list between the line and the line again.
      return wordsOf(stripVTControlCharacters(stdout).split(line.trimEnd()).at(-2) ?? '');
    }
  }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

interface Offer {
  readonly some?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
}

async function completes(t: ExecutionContext, shell: Shell, line: string, offer: Offer) {
  t.timeout(60_000);
  const found = await offered(shell, line);
  const seen = found.join(' ');
  if (offer.all !== undefined) t.deepEqual(found.toSorted(), offer.all.toSorted(), seen);
  for (const word of offer.some ?? []) t.true(found.includes(word), `${word}: ${seen}`);
  for (const word of offer.none ?? []) t.false(found.includes(word), `${word}: ${seen}`);
}

const OFFERS: Readonly<Record<string, Offer>> = {
  'rollgate pl': { some: ['plan'], none: ['run'] },
  'rollgate images ': { all: ['build', 'key', 'list', 'load', 'save'] },
  'rollgate run --cho': { all: ['--choreography'] },
  'rollgate run --choreography gent': { all: ['gentle', 'gentle-in-place'] },
  'rollgate run --topology ': { some: ['3x3'], none: ['gentle'] },
  'rollgate run --require supports-zero-d': { all: ['supports-zero-downtime-upgrade'] },
  'rollgate run --progress j': { all: ['json'] },
  'rollgate --progress json images lo': { all: ['load'] },
  'rollgate init --ci ': { all: ['github', 'gitlab', 'zuul'] },
  'rollgate schema ': { all: ['event', 'scenario', 'topology', 'verdict'] },
  'rollgate help im': { all: ['images'] },
  // A scenario's name that is a verb of another group too.
  'rollgate plan change --fr': { all: ['--from'] },
  'rollgate plan images bu': { none: ['build'] },
  // A path may follow: the shell offers files.
  'rollgate run --out m': { all: ['mine.yaml'] },
  'rollgate plan mi': { some: ['mine.yaml'] },
};

for (const shell of SHELLS) {
  for (const [line, offer] of Object.entries(OFFERS)) {
    test(`${shell} completes: ${line}`, completes, shell, line, offer);
  }
}
