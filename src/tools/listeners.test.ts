import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListening } from './listeners.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

function line(local: string, state: string): string {
  return `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100\n`;
}

test('addresses of both families are read, and what does not listen is left out', () => {
  const text =
    head +
    line('0100007F:1F90', '0A') +
    line('00000000:0050', '0A') +
    line('0100007F:1F91', '01') +
    line('00000000000000000000000000000000:0016', '0A') +
    line('00000000000000000000000001000000:0035', '0A') +
    line('0000000000000000FFFF00000100007F:0BB8', '0A');
  assert.deepEqual(
    parseListening(text).map(({ address, port }) => `${address} ${port}`),
    ['127.0.0.1 8080', '0.0.0.0 80', ':: 22', '::1 53', '::ffff:127.0.0.1 3000'],
  );
  assert.equal(parseListening(text)[0]?.inode, '4711');
});
