/** Words of summaries and options that are not a tag, clause, cause or outcome. */
export const WORD_EXPLANATIONS = {
  stuck:
    'An accepted operation that no longer makes progress. `Stacks` in the summary counts such stacks, the line `Next` names one, and `rollgate follow` shows what it waits for. `--pause-on stuck` holds the lab at one. See docs/red.md.',
  lost: 'A request without the expected answer, or an accepted object that left no trace. `rollgate follow` shows what became of it. `--pause-on lost` holds the lab at a lost request.',
  failed: 'Of an object or an operation: it ended in an error, e.g. CREATE_FAILED.',
  mixed:
    'The time in which services of base and target run side by side: `Mixed` in the summary, `stage:mixed` in a threshold.',
  disruption:
    'An interval in which a probe was not served, from the send of its first lost request to the send of the next served one. If nothing was sent for more than 3 s after a lost request, it ends with that request.',
  foresaw:
    'How many forecasts of preflight came true. `rollgate preflight` prints them before a run.',
  change:
    'How much of your changed code ran while base and target ran side by side. See docs/own-code.md.',
  gaps: 'Time in which `rollgate watch` saw nothing. It counts as neither served nor lost.',
} as const satisfies Readonly<Record<string, string>>;

/** Signs of the summary and their meanings. */
export const SIGNS: Readonly<Record<string, string>> = {
  '✔': 'proven',
  '✘': 'failed',
  '?': 'not-proven',
};
