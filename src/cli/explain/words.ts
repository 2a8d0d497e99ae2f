/** Words of summaries and options that are not a tag, clause, cause or outcome. */
export const WORD_EXPLANATIONS = {
  passed: 'Every required tag was proven, and every threshold, rule and check was met.',
  error: 'rollgate or the machine failed: the verdict says nothing about the upgrade.',
  api: 'The requests of all probes and of the workload: how many, how many were lost, and in which disruptions.',
  beside:
    'Requests in addition to the subject’s API: an address, a host, a guest’s agent. They are judged separately.',
  times: 'Response times in the swaps, compared with those before.',
  stacks:
    'What became of the operations on stacks that the API accepted: completed, stuck, failed or lost.',
  data: 'What the lab’s database held when the run began, if it was not empty.',
  order: 'The orders that the scenario’s `rules` require, and those that were broken.',
  checks: 'Your own checks at the checkpoints of the scenario.',
  paused: 'How long the run was held, by `--pause-at` or `--pause-on`.',
  files: 'The run’s folder, with the report, the verdict, the events and the logs.',
  next: 'What to type next, e.g. to see what happened to the first stuck stack.',
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
