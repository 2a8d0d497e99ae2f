import { el, headOf, nameOf, round, textIn, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */

const QUEUE_HEIGHT = 32;

/**
 * Messages in each vhost's queues, all vhosts on the same scale.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawQueues({ queues, to }, frame) {
  const most = Math.max(
    1,
    ...queues.flatMap(({ points }) =>
      points.map(([, ready, unacknowledged]) => ready + unacknowledged),
    ),
  );
  const high = QUEUE_HEIGHT + headOf(frame) + 6;
  return {
    height: queues.length * high,
    marks: queues.flatMap(({ vhost, points }, index) => {
      const top = index * high;
      const bottom = top + high - 4;
      const scale = QUEUE_HEIGHT / most;
      return [
        ...nameOf(frame, `vhost ${vhost}`, headOf(frame) === 0 ? bottom - 12 : top + 7),
        el('line', { x1: frame.gutter, x2: frame.width, y1: bottom, y2: bottom, class: 'rule' }),
        el('path', {
          d: area(
            points,
            to,
            frame,
            bottom,
            (_, ready, unacknowledged) => (ready + unacknowledged) * scale,
          ),
          class: 'queue-all',
          'data-queue': vhost,
        }),
        el('path', {
          d: area(points, to, frame, bottom, (_, ready) => ready * scale),
          class: 'queue-ready',
        }),
        ...textIn(
          `most: ${Math.max(0, ...points.map(([, ready, unacknowledged]) => ready + unacknowledged))}`,
          {
            x: frame.width - 4,
            y: top + 10,
            anchor: 'end',
            class: 'lane-name scale-text',
          },
        ),
      ];
    }),
  };
}

/**
 * The area under a value that is constant from one point to the next.
 *
 * @param {import('../timeline/samples.ts').QueueLane['points']} points
 * @param {number} end
 * @param {Frame} frame
 * @param {number} bottom
 * @param {(at: number, ready: number, unacknowledged: number) => number} height
 */
function area(points, end, frame, bottom, height) {
  let d = '';
  for (const [index, point] of points.entries()) {
    const until = points[index + 1]?.[0] ?? end;
    const value = height(...point);
    if (value === 0 || until < frame.from || point[0] > frame.to) continue;
    const x = xOf(frame, point[0]);
    d += `M${x} ${bottom}v${round(-Math.max(1, value))}H${Math.max(x + 0.6, xOf(frame, until))}V${bottom}z`;
  }
  return d;
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readQueues({ queues }, at) {
  return queues.map(({ vhost, points }) => {
    const point = points.findLast(([time]) => time <= at);
    return {
      label: `vhost ${vhost}`,
      text:
        point === undefined ? 'not looked at yet' : `${point[1]} ready, ${point[2]} unacknowledged`,
    };
  });
}
