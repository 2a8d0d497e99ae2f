import { basename, delimiter, dirname } from 'node:path';
import { RollgateError } from '../../errors.ts';
import type { CheckAction } from '../../plan/checkpoints/check.ts';
import type { SingleDraft } from '../../plan/draft.ts';
import { dryRun, dryStep, leftUndone, type DryRun } from '../../plan/paper/dry-run.ts';
import { stepName } from '../../plan/render/step-name.ts';
import type { Step } from '../../plan/step.ts';
import type { Point } from '../../scenario/own-files/checkpoint.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import { subjectNamed } from '../../subject/registry.ts';
import { hookEnvironment } from '../checkpoints/environment.ts';
import { processEndInWords } from '../checkpoints/hook.ts';
import { runLimited } from '../checkpoints/limited-process.ts';
import { Transcript } from '../checkpoints/transcript.ts';
import type { RunContext } from '../context.ts';
import { listenForCalls } from './call-server.ts';
import { draftsOf, listServices } from './calls.ts';
import { callSchema, SOCKET, type ScriptCall } from './protocol.ts';
import { followTasks, stageOf } from './tasks.ts';

type ScriptStep = Extract<Step, { kind: 'script' }>;
type ProgramStep = ScriptStep & { readonly run: string };

/**
 * Runs the scenario's script, which calls `rollgate` to roll the lab. Each call is a separate step,
 * and is refused if the lab cannot do it.
 *
 * @throws RollgateError `script-failed`, `script-left-undone`.
 */
export async function carryOutScript(
  step: ProgramStep,
  context: RunContext,
  carryOut: (step: Step) => Promise<void>,
): Promise<void> {
  const calls = new ScriptCalls(step, context, carryOut);
  const tasks = followTasks(step, context, () => calls.takeId());
  const server = await listenForCalls((asked) => calls.carryOut(callSchema.parse(asked)));
  const transcript = await Transcript.create('script', `${step.id}-${basename(step.run)}`, context);
  try {
    const end = await runLimited({
      command: step.run,
      arguments: [],
      environment: {
        ...(await hookEnvironment({ id: step.id }, 'administrator', context)),
        ...tasks.environment,
        [SOCKET]: server.socket,
        PATH: `${server.bin}${delimiter}${process.env['PATH'] ?? ''}`,
      },
      directory: dirname(step.run),
      limitSeconds: step.limitSeconds,
      signal: context.signal,
      onLine: (line) => transcript.write(line),
    });
    if (end.kind !== 'exited' || end.status !== 0) {
      const how = processEndInWords(end, step.limitSeconds);
      throw new RollgateError('script-failed', `${basename(step.run)} ${how}`, {
        detail: transcript.tail,
        hint: `Its output is in ${transcript.file}`,
      });
    }
    calls.end();
  } finally {
    calls.close();
    await server.close();
    await transcript.close();
    await tasks.stop();
  }
}

/** The calls of one script, in the order of arrival; they may overlap. */
export class ScriptCalls {
  readonly #step: ScriptStep;
  readonly #context: Pick<RunContext, 'plan' | 'lab'>;
  readonly #carryOut: (step: Step) => Promise<void>;
  readonly #words: CallWords;
  /** Calls that changed the lab, or may have: one that failed halfway counts as done. */
  readonly #begun: Step[] = [];
  /** By the service or object on which they work. */
  readonly #underWay = new Map<string, Step>();
  readonly #visited = new Set<Point>();
  #number = 0;
  #over = false;

  constructor(
    step: ScriptStep,
    context: Pick<RunContext, 'plan' | 'lab'>,
    carryOut: (step: Step) => Promise<void>,
  ) {
    this.#step = step;
    this.#context = context;
    this.#carryOut = carryOut;
    this.#words = step.run === undefined ? IN_PROCESS : ofScript(step.run);
  }

  /**
   * @returns The text that the caller prints.
   * @throws RollgateError `invalid-call`, `no-such-service`, and the lab is unchanged; the error
   * that made a step fail.
   */
  async carryOut(call: ScriptCall): Promise<string> {
    if (call.call === 'list') return listServices(this.#context);
    const drafts =
      call.call === 'checkpoint' ? this.#checksAt(call.point) : draftsOf(call, this.#context.plan);
    const done: string[] = [];
    for (const draft of drafts) {
      const step = this.#begin(draft);
      await this.#finish(step);
      done.push(`${step.id} ${step.name}`);
    }
    return done.join('\n');
  }

  /** Begins nothing more, because the caller is gone. */
  close(): void {
    this.#over = true;
  }

  /**
   * Call this when the script has ended. @throws RollgateError `script-left-undone`. A check that
   * was left out has not passed, and a half-rolled lab was not upgraded.
   */
  end(): void {
    const wanted = new Set(this.#step.checks.map(({ point }) => point));
    const left = [...wanted].filter((point) => !this.#visited.has(point));
    const { state, problems: begun } = this.#onPaper();
    const problems = [
      ...left.map((point) => `it did not come to ${point}: ${this.#words.checkpoint(point)}`),
      ...begun,
      ...leftUndone(state),
    ];
    if (problems.length === 0) return;
    throw new RollgateError(
      'script-left-undone',
      `${this.#words.name} left things undone\n${problems.join('\n')}`,
    );
  }

  #checksAt(point: Point): readonly CheckAction[] {
    this.#visited.add(point);
    return this.#step.checks.filter((check) => check.point === point);
  }

  #begin(draft: SingleDraft): Step {
    if (this.#over) throw new RollgateError('script-over', `${this.#words.name} has ended`);
    const { plan } = this.#context;
    const stage = stageOf(this.#step, plan);
    const id = this.#nextId;
    const step: Step = { ...draft, id, name: stepName(draft, plan), stage };
    this.#check(step);
    this.#number += 1;
    this.#begun.push(step);
    return step;
  }

  /** The id of a step that is not a call. */
  takeId(): string {
    const id = this.#nextId;
    this.#number += 1;
    return id;
  }

  get #nextId(): string {
    return `${this.#step.id}.${this.#number + 1}`;
  }

  async #finish(step: Step): Promise<void> {
    const on = worksOn(step);
    if (on !== undefined) this.#underWay.set(on, step);
    try {
      await this.#carryOut(step);
    } catch (error) {
      // These either take effect or change nothing.
      if (step.kind === 'db-sync' || step.kind === 'create-vhost') {
        this.#begun.splice(this.#begun.indexOf(step), 1);
      }
      throw error;
    } finally {
      if (on !== undefined) this.#underWay.delete(on);
    }
  }

  /** @throws RollgateError `invalid-call`. */
  #check(step: Step): void {
    const on = worksOn(step);
    const other = on === undefined ? undefined : this.#underWay.get(on);
    const problems =
      other === undefined
        ? dryStep(this.#context.plan, step, this.#onPaper().state).problems
        : [`${other.name} is still under way`];
    if (problems.length === 0) return;
    throw new RollgateError('invalid-call', problems.join('\n'), {
      kind: 'usage',
      hint: `Nothing was changed; ${this.#words.list} shows the services of each node.`,
    });
  }

  #onPaper(): DryRun {
    const { plan } = this.#context;
    return dryRun(plan, this.#begun, [subjectNamed(plan.subject).shape.baseVhost]);
  }
}

/** How the caller (script or function) is named in messages. */
interface CallWords {
  readonly name: string;
  readonly list: string;
  readonly checkpoint: (point: Point) => string;
}

const IN_PROCESS: CallWords = {
  name: 'the roll',
  list: 'lab.services()',
  checkpoint: (point) => `call lab.checkpoint('${point}')`,
};

function ofScript(run: string): CallWords {
  return {
    name: basename(run),
    list: 'rollgate node list',
    checkpoint: (point) => `call rollgate checkpoint ${point}`,
  };
}

/** The object that no two steps may work on at once. */
function worksOn(step: Step): string | undefined {
  if ('target' in step) return instanceName(step.target);
  return step.kind === 'db-sync' ? 'the schema' : undefined;
}
