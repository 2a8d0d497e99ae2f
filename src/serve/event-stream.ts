import { messageOf } from '../errors.ts';
import type { RunEvent } from '../events/event.ts';
import { LiveRun } from '../report/terminal/live.ts';
import { createProgress } from '../report/terminal/progress.ts';
import { counted, number } from '../text/counted.ts';
import { liveEvents } from './live-events.ts';

/**
 * A run as server-sent events. `line`: each line of its progress. `state`: its state, whenever it
 * changes. `end`: it has ended. `problem`. Data is a JSON string, so that no log line can look like
 * a part of the stream.
 */
export async function* eventStream(file: string, signal: AbortSignal): AsyncGenerator<string> {
  let lines: readonly string[] = [];
  const run = new LiveRun();
  const progress = createProgress((text) => (lines = [...lines, ...text.trimEnd().split('\n')]), {
    tty: false,
    color: false,
  });
  const take = (event: RunEvent): void => {
    run.take(event);
    progress(event);
    if (event.type === 'step-finished') run.forget(event.step);
  };
  try {
    for await (const events of liveEvents(file, signal)) {
      for (const event of events) take(event);
      yield [
        ...lines.map((line) => sent('line', line.trimStart())),
        sent('state', stateOf(run)),
      ].join('');
      lines = [];
    }
    if (!signal.aborted) yield sent('end', '');
  } catch (error) {
    yield sent('problem', messageOf(error));
  }
}

function sent(type: string, data: string): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** `Under way: 61.2 s, step 4.1 swap node1/heat-engine. 812 requests, 3 lost, 2 stacks in flight.` */
function stateOf(run: LiveRun): string {
  const { step, paused, lab } = run;
  const where = step === undefined ? '' : `, step ${step.id} ${step.name}`;
  const how = paused ? `Held still (rollgate resume ${lab} lets it go on)` : 'Under way';
  const flight =
    run.objectsInFlight === 0 ? '' : `, ${counted(run.objectsInFlight, run.noun)} in flight`;
  return `${how}: ${(run.at / 1000).toFixed(1)} s${where}. ${counted(run.requests, 'request')}, ${number(run.lost)} lost${flight}.`;
}
