import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCounters } from './haproxy-counters.ts';

const head =
  '# pxname,svname,qcur,stot,econ,eresp,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,cli_abrt,srv_abrt,';

test('the counters of whole backends are read by the names of their columns', () => {
  const rows = ['pool1,s1,0,9,9,9,9,9,9,9,9,9,9,9,', 'pool1,BACKEND,0,20,2,7,1,10,2,3,4,5,6,8,'];
  assert.deepEqual(
    [...parseCounters(`${[head, ...rows].join('\n')}\n`)],
    [['pool1', { answered: 20, failed: 4, unreached: 2, broken: 8 }]],
  );
});

test('a column that is missing counts nothing, and neither does an error', () => {
  const zero = { answered: 0, failed: 0, unreached: 0, broken: 0 };
  assert.deepEqual([...parseCounters('# pxname,svname\npool2,BACKEND\n')], [['pool2', zero]]);
  for (const text of ['', 'No such proxy.', 'Unknown command.']) assert.equal(parseCounters(text).size, 0);
});
