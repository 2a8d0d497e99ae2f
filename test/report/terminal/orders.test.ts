import test from 'ava';
import { renderOrders } from '../../../src/report/terminal/orders.ts';
import { orderRules } from '../../../src/report/terminal/summary/order-rules.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRoll } from '../../verdict/runs.ts';

const harmed = {
  runs: 6,
  harmed: 6,
  requestsLost: 14,
  objectsHarmed: 1,
  causes: ['rpc-version-refused'],
};
const kept = { runs: 6, harmed: 0, requestsLost: 0, objectsHarmed: 0, causes: [] };
const finding = { id: 'rpc-x', severity: 'risk', title: 'x is refused' };

test('an order is printed with the results of preflight and of the runs', (t) => {
  const order = { title: 'central before worker', conclusion: 'necessary' as const };
  const open = { title: 'worker before central', conclusion: 'open' as const };
  const text = renderOrders({
    orders: [
      { ...order, onPaper: { findings: [finding] }, breaking: harmed, keeping: kept },
      { ...open, onPaper: { findings: [] }, breaking: null, keeping: null },
    ],
    base: { series: '2025.1' },
    target: { series: '2026.1' },
    topology: '2x2',
  });
  t.deepEqual(text.split('\n'), [
    'Orders on one broker vhost, 2025.1 → 2026.1, topology 2x2',
    '',
    '✔ necessary     central before worker',
    '  on paper, risk: rpc-x: x is refused',
    '  broken: 6 of 6 runs did harm (14 requests and 1 object lost): rpc-version-refused',
    '  kept: 0 of 6 runs did harm',
    '',
    '? open          worker before central',
    '  preflight has no forecast, and nothing was run',
  ]);
});

test('the summary counts the kept rules, and names the others', (t) => {
  const verdict = judge(cleanRoll().events);
  t.deepEqual(orderRules(verdict), []);
  const rule = { rule: '', evidence: [] };
  const lines = orderRules({
    ...verdict,
    rules: [
      { name: 'one', status: 'proven', ...rule },
      { name: 'two', status: 'failed', ...rule },
      { name: 'three', status: 'not-proven', ...rule },
    ],
  });
  t.deepEqual(
    lines.map((line) => line.map(({ text }) => text).join('')),
    ['Order   1 of 3 rules kept; broken: two; not proven: three'],
  );
});
