import { el, headOf, isInside, nameOf, secondsText, textIn, xOf } from './frame.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./frame.js').Timeline} Timeline */
/** @typedef {import('../timeline/services.ts').Band} Band */

const SERVICE_ROW = 22;
const BALANCER_ROW = 7;
const NODE_GAP = 6;

/**
 * A lane for each node: a band for each of its services, and below it the load balancer's view of
 * the service.
 *
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @returns {import('./frame.js').Drawing}
 */
export function drawServices(timeline, frame) {
  /** @type {import('./frame.js').Markup[]} */
  const marks = [];
  let top = 0;
  let node = timeline.services[0]?.node;
  for (const lane of byNode(timeline)) {
    if (lane.node !== node) {
      node = lane.node;
      marks.push(el('line', { x1: 0, x2: frame.width, y1: top + 2, y2: top + 2, class: 'rule' }));
      top += NODE_GAP;
    }
    const y = top + headOf(frame);
    const balanced = lane.balancer.length > 0;
    marks.push(
      ...nameOf(frame, lane.name, headOf(frame) === 0 ? y + 10 : top + 7),
      ...lane.bands
        .filter((band) => isInside(frame, band))
        .flatMap((band) => serviceBand(frame, lane.name, band, y)),
      ...timeline.findings
        .filter(({ on, at }) => on === lane.name && isInside(frame, { from: at, to: at }))
        .map((finding) => findingMark(frame, finding, y)),
      ...(balanced ? balancerLine(timeline, frame, lane, y + SERVICE_ROW - 3) : []),
    );
    top = y + SERVICE_ROW + (balanced ? BALANCER_ROW : 0);
  }
  return { height: top + 2, marks };
}

/** @param {Timeline} timeline */
function byNode({ services }) {
  return services.toSorted((a, b) =>
    a.node === b.node
      ? a.service.localeCompare(b.service, 'en')
      : a.node.localeCompare(b.node, 'en'),
  );
}

/**
 * @param {Frame} frame
 * @param {string} name
 * @param {Band} band
 * @param {number} y
 */
function serviceBand(frame, name, { from, to, state, version }, y) {
  const x = xOf(frame, from);
  const width = Math.max(1, xOf(frame, to) - x);
  const swap = ['stopping', 'down', 'starting'].includes(state);
  const text = swap ? state : `${version} ${state}`;
  return [
    el(
      'rect',
      {
        x,
        y: y + 1,
        width,
        height: SERVICE_ROW - 5,
        class: `band band-${state}`,
        'data-lane': name,
        'data-band': swap ? 'swapping' : state,
      },
      [
        el('title', {}, [
          `${name} ${bandText(state, version)}: ${secondsText(from)} to ${secondsText(to)}`,
        ]),
      ],
    ),
    ...textIn(text, {
      x: x + 4,
      y: y + 13.5,
      room: width - 6,
      class: swap ? 'band-text swap-text' : 'band-text',
    }),
  ];
}

/**
 * @param {Band['state']} state
 * @param {string} version
 */
function bandText(state, version) {
  if (state === 'base' || state === 'target') return `${version} (${state})`;
  if (state === 'down') return `down, swapping from ${version}`;
  return state === 'other' ? version : `${state} ${version}, swapping`;
}

/**
 * @param {Frame} frame
 * @param {import('../timeline/findings.ts').TimelineFinding} finding
 * @param {number} y
 */
function findingMark(frame, { at, severity, title }, y) {
  const x = xOf(frame, at);
  return el(
    'path',
    {
      d: `M${x} ${y - 1}l3.5 6h-7z`,
      class: `finding finding-${severity}`,
      'data-finding': severity,
    },
    [el('title', {}, [`log, ${severity}: ${title} (${secondsText(at)})`])],
  );
}

/**
 * @param {Timeline} timeline
 * @param {Frame} frame
 * @param {import('../timeline/services.ts').ServiceLane} lane
 * @param {number} y
 */
function balancerLine(timeline, frame, lane, y) {
  return lane.balancer.flatMap(({ at, status }, index) => {
    const until = lane.balancer[index + 1]?.at ?? timeline.to;
    if (!isInside(frame, { from: at, to: until })) return [];
    const x = xOf(frame, at);
    const tone = status.startsWith('UP') ? 'up' : status.startsWith('DOWN') ? 'down' : 'drain';
    return [
      el(
        'rect',
        {
          x,
          y,
          width: Math.max(1, xOf(frame, until) - x),
          height: BALANCER_ROW - 3,
          class: `balancer balancer-${tone}`,
          'data-balancer': status,
        },
        [el('title', {}, [`load balancer: ${lane.name} ${status} from ${secondsText(at)}`])],
      ),
    ];
  });
}

/**
 * @param {Timeline} timeline
 * @param {number} at
 * @returns {import('./frame.js').Reading[]}
 */
export function readServices(timeline, at) {
  return byNode(timeline).map((lane) => {
    const band = lane.bands.find(({ from, to }) => from <= at && at < to);
    const server = lane.balancer.findLast((change) => change.at <= at);
    const text = band === undefined ? 'not there' : bandText(band.state, band.version);
    /** @type {import('./frame.js').Reading} */
    const reading = {
      label: lane.name,
      text: server === undefined ? text : `${text}; load balancer ${server.status}`,
    };
    return band !== undefined && ['stopping', 'down', 'starting'].includes(band.state)
      ? { ...reading, tone: 'warn' }
      : reading;
  });
}
