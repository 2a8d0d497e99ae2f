import { changeOf, type Change } from '../src/verdict/requests/times/change.ts';
import { judgeAgainstControls } from '../src/verdict/requests/times/impact.ts';
import { seededRandom, type Random } from '../src/verdict/statistics/random.ts';

/**
 * How often a slowdown is found, and how often a slowdown is claimed that does not exist. The runs
 * are simulated from a seed, so their truth is known. They are judged like a run's requests. Prints
 * the table of docs/measured/measurement.md.
 *
 * Usage: `npx node bench/slowdown.ts [TRIALS]`; 100 trials take about two minutes.
 */
const TRIALS = Number(process.argv[2] ?? 100);
/** Requests of a probe, and of each control, in the baseline and while services are swapped. */
const SIZE = 400;
const SUBJECT_MS = 50;
const CONTROLS_MS = [1, 4];
const SPREAD = 0.4;

/** The effect of the machine on requests while services are swapped. */
interface Machine {
  readonly name: string;
  /** The factor for every control. */
  readonly control?: number;
  /** The factor for every request of the subject. */
  readonly subject?: number;
  /**
   * Stalls of this many milliseconds, one per interval; a request during a stall waits for its end.
   */
  readonly stalls?: { readonly ms: number; readonly everyMs: number };
}
/** The subject's own effect. */
interface Subject {
  readonly name: string;
  readonly times: (ms: number, index: number) => number;
}

const MACHINES: readonly Machine[] = [
  { name: 'quiet' },
  { name: 'all × 1.1', control: 1.1, subject: 1.1 },
  { name: 'all × 1.5', control: 1.5, subject: 1.5 },
  { name: 'all × 3', control: 3, subject: 3 },
  { name: 'controls × 1.2, the subject × 1.44', control: 1.2, subject: 1.2 ** 2 },
  { name: 'controls × 1.5, the subject × 2.25', control: 1.5, subject: 1.5 ** 2 },
  { name: 'controls × 2, the subject × 4', control: 2, subject: 2 ** 2 },
  { name: 'controls × 1.2, the subject × 1.73', control: 1.2, subject: 1.2 ** 3 },
  { name: 'stalls of 60 ms, one in 2 s', stalls: { ms: 60, everyMs: 2_000 } },
  { name: 'stalls of 150 ms, one in 4 s', stalls: { ms: 150, everyMs: 4_000 } },
];
const SUBJECTS: readonly Subject[] = [
  { name: 'as it was', times: (ms) => ms },
  { name: '× 1.5', times: (ms) => ms * 1.5 },
  { name: '× 2', times: (ms) => ms * 2 },
  { name: 'one in ten takes 2 s', times: (ms, at) => (at % 10 === 3 ? 2_000 : ms) },
];

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function timesOf(medianMs: number, random: Random): readonly number[] {
  return Array.from({ length: SIZE }, () => medianMs * Math.exp(SPREAD * normal(random)));
}

/** The delay by a stall for a request that is sent at a random moment. */
function stalled(ms: number, { stalls }: Machine, random: Random): number {
  if (stalls === undefined) return ms;
  const sinceStall = random() * stalls.everyMs;
  // Sent within a stall, or before one that begins while the request is in progress.
  if (sinceStall < stalls.ms) return ms + stalls.ms - sinceStall;
  return stalls.everyMs - sinceStall < ms ? ms + stalls.ms : ms;
}

function trial(machine: Machine, subject: Subject, seed: number): string {
  const random = seededRandom(seed, `${machine.name} ${subject.name}`);
  for (let skip = 0; skip < 20; skip += 1) random();
  const changed = (medianMs: number, slowed: number, own: Subject['times']): Change | null =>
    changeOf(
      timesOf(medianMs, random).map((ms, at) => stalled(own(ms, at) * slowed, machine, random)),
      timesOf(medianMs, random),
      random,
    );
  const change = changed(SUBJECT_MS, machine.subject ?? 1, subject.times);
  const controls = CONTROLS_MS.map((ms) => changed(ms, machine.control ?? 1, (same) => same));
  return judgeAgainstControls(
    change,
    change,
    controls.filter((one) => one !== null),
  );
}

function main(): void {
  console.log(
    '| the machine, while services were swapped | the subject | slower | noise | other |',
  );
  console.log('|---|---|---|---|---|');
  for (const machine of MACHINES) {
    for (const subject of SUBJECTS) {
      const judged = Array.from({ length: TRIALS }, (_, seed) => trial(machine, subject, seed + 1));
      const share = (wanted: string): number =>
        judged.filter((one) => one === wanted).length / TRIALS;
      const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
      const [slower, noise] = [share('slower'), share('noise')];
      console.log(
        `| ${machine.name} | ${subject.name} | ${percent(slower)} | ${percent(noise)} | ${percent(Math.abs(1 - slower - noise))} |`,
      );
    }
  }
}

main();
