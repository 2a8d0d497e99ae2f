/** Names of the files in the folder of a run or a watch. No other file spells them. */
export const RUN_FOLDER = {
  /** The plan as text. */
  plan: 'plan.txt',
  /** Every event, one JSON object per line. */
  events: 'events.ndjson',
  verdict: 'verdict.json',
  report: 'report.html',
  junit: 'junit.xml',
  /** The scenario with every option and random choice added: the same run again, anywhere. */
  scenario: 'scenario.yaml',
  /** The images and the machine, for `rollgate repro` on another machine. */
  environment: 'environment.json',
  /** The folder with the logs of services, hooks and checks. */
  logs: 'logs',
  /** For a watch: the steps that other tools announced, one JSON object per line. */
  marks: 'marks.ndjson',
} as const;

/** `2026-01-31T12-00-00`: a time in the name of a folder, in UTC. */
export function timeInName(time: Date = new Date()): string {
  return time.toISOString().slice(0, 19).replaceAll(':', '-');
}
