import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until the condition holds; fails after 20 seconds. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    if (await condition()) return;
    await sleep(200);
  }
  assert.fail('it did not come about in time');
}
