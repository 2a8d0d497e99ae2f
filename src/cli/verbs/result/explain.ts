import { withNearest } from '../../../document/nearest.ts';
import { ERROR_EXPLANATIONS } from '../../../error-codes.ts';
import { RollgateError } from '../../../errors.ts';
import type { RequestOutcome } from '../../../events/families/request.ts';
import { EXIT_MEANINGS } from '../../../exit.ts';
import { CHOREOGRAPHIES } from '../../../plan/choreographies/registry.ts';
import { knownSignatures } from '../../../runs/known-signatures.ts';
import { loadDeployers } from '../../../scenario/deployer/shipped.ts';
import { TAGS } from '../../../scenario/tag.ts';
import { labFolder, SUBJECT_NAMES, subjectNamed } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { asWord, wordsOfPage } from '../../explain/page-of-words.ts';
import {
  CAUSE_EXPLANATIONS,
  CLAUSE_EXPLANATIONS,
  HARM_EXPLANATIONS,
  OUTCOME_EXPLANATIONS,
  STATUS_EXPLANATIONS,
  TAG_EXPLANATIONS,
} from '../../explain/verdict.ts';
import { SIGNS, WORD_EXPLANATIONS } from '../../explain/words.ts';
import { placePages } from '../../pages.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';

interface ExplainedWord {
  readonly word: string;
  readonly what:
    | 'word'
    | 'error'
    | 'cause'
    | 'signature'
    | 'harm'
    | 'outcome'
    | 'clause'
    | 'tag'
    | 'status'
    | 'choreography'
    | 'deployer'
    | 'exit status';
  readonly text: string;
}

/** Every word that can be explained without reading a file. */
export const EXPLANATIONS: readonly ExplainedWord[] = [
  ...entries('word', WORD_EXPLANATIONS),
  ...entries('tag', TAG_EXPLANATIONS),
  ...entries('clause', CLAUSE_EXPLANATIONS),
  ...TAGS.map((tag): ExplainedWord => {
    const text = `A tag holds the tags below it: ${tag} is proven too.`;
    return { word: `holds-${tag}`, what: 'clause', text };
  }),
  ...entries('status', STATUS_EXPLANATIONS),
  ...entries('cause', CAUSE_EXPLANATIONS),
  ...entries('harm', HARM_EXPLANATIONS),
  ...entries('outcome', OUTCOME_EXPLANATIONS),
  ...entries('error', ERROR_EXPLANATIONS),
  ...EXIT_MEANINGS.map(([status, text]): ExplainedWord => {
    return { word: String(status), what: 'exit status', text };
  }),
  ...choreographies(),
];

function entries(
  what: ExplainedWord['what'],
  texts: Readonly<Record<string, string>>,
): readonly ExplainedWord[] {
  return Object.entries(texts).map(([word, text]) => ({ word, what, text }));
}

/** The choreographies of every subject, each name once, with its description: `heat, ironic: …`. */
function choreographies(): readonly ExplainedWord[] {
  const all = SUBJECT_NAMES.flatMap((of) =>
    (subjectNamed(of).choreographies ?? CHOREOGRAPHIES).map((one) => ({ ...one, of })),
  );
  return [...Map.groupBy(all, ({ name }) => name)].map(([word, own]) => {
    const bySummary = [...Map.groupBy(own, ({ summary }) => summary)];
    const texts = bySummary.map(
      ([summary, alike]) => `${alike.map(({ of }) => of).join(', ')}: ${summary}`,
    );
    return { word, what: 'choreography', text: texts.join('. ') };
  });
}

/** `rollgate explain`: the meaning of a word of an error or a verdict. */
export function addExplain(program: Program, context: CliContext): void {
  program
    .command('explain')
    .description(
      'explain a word of rollgate: an error code, tag, clause, status, cause, signature, harm, outcome, choreography, deployer, exit status or word of the summary',
    )
    .argument('[word]', 'the word as rollgate prints it. Default: list all')
    .option('--json', 'print JSON: an array of {word, what, text}')
    .action(async (word, { json }) => {
      const all = [
        ...EXPLANATIONS,
        ...(await words()),
        ...(await signatures()),
        ...(await deployers()),
      ];
      const found = word === undefined ? all : explained(word, all);
      if (json === true) context.stdout(JSON.stringify(found, null, 2));
      else if (word === undefined) context.stdout(table(found.map((one) => [one.what, one.word])));
      else context.stdout(placePages(found.map(described).join('\n')));
    });
}

function described({ what, word, text }: ExplainedWord): string {
  return `${what} ${word}\n  ${text}`;
}

/** The words of the page that are not explained already. */
async function words(): Promise<readonly ExplainedWord[]> {
  const known = new Set(EXPLANATIONS.map(({ word }) => word));
  const more = (await wordsOfPage()).filter(({ word }) => !known.has(word));
  return more.map((one) => ({ ...one, what: 'word' }));
}

/** The known log lines: a cause that a line shows has its signature's name as its kind. */
async function signatures(): Promise<readonly ExplainedWord[]> {
  return (await knownSignatures()).map(({ of, signature: { id, title, why, avoidedBy } }) => ({
    word: id,
    what: 'signature',
    text: `${title} (${of}). ${why.trim()}${avoidedBy === undefined ? '' : ` Avoided by: ${avoidedBy.trim()}`}`,
  }));
}

/** The shipped deployer profiles of every subject. */
async function deployers(): Promise<readonly ExplainedWord[]> {
  const all = await Promise.all(
    SUBJECT_NAMES.map((name) => {
      const subject = subjectNamed(name);
      return loadDeployers(subject.shape, labFolder(subject));
    }),
  );
  return all.flat().map(({ name, subject, summary, read }) => ({
    word: name,
    what: 'deployer',
    text: [`${subject}: ${summary}`, ...Object.entries(read).map(commitsRead)].join('\n  '),
  }));
}

/** The commits that a profile's values are from. */
function commitsRead([release, commits]: readonly [
  string,
  Readonly<Record<string, string>>,
]): string {
  const of = Object.entries(commits).map(([repository, commit]) => `${repository} ${commit}`);
  return `${release}: ${of.join(', ')}`;
}

/** @throws RollgateError `unknown-explanation` with the nearest word. */
function explained(word: string, all: readonly ExplainedWord[]): readonly ExplainedWord[] {
  const sign = Object.hasOwn(SIGNS, word) ? SIGNS[word] : undefined;
  const written = sign ?? asWord(word);
  // `Causes` in the summary, `cause` in the list.
  for (const form of [written, written.replace(/s$/, '')]) {
    const found = all.filter((one) => one.word === form);
    if (found.length > 0) return found;
  }
  const outcomes = outcomesOf(written);
  if (outcomes.length > 0) return all.filter((one) => outcomes.some((name) => name === one.word));
  const message = `there is nothing to explain of that name: ${JSON.stringify(word.slice(0, 100))}`;
  const known = all.map((one) => one.word);
  throw new RollgateError('unknown-explanation', withNearest(message, written, known), {
    kind: 'usage',
    hint: 'rollgate explain lists all words.',
  });
}

/** The outcomes that a request with a status of HTTP can have, if it is lost. */
function outcomesOf(status: string): readonly RequestOutcome[] {
  if (/^5\d\d$/.test(status)) return ['5xx-service', '5xx-balancer'];
  return /^[1-4]\d\d$/.test(status) ? ['unexpected-status'] : [];
}
