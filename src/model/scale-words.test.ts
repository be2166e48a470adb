import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScale } from './scale-words.ts';

test('Words give counts by type.', () => {
  assert.deepEqual(parseScale(['web=2', 'worker=0', 'Big_one-2=100']), {
    web: 2,
    worker: 0,
    'Big_one-2': 100,
  });
  assert.deepEqual(parseScale([]), {});
});

test('All wrong words are told at once.', () => {
  assert.throws(
    () => parseScale(['web', '=2', 'web=1', 'web=2', 'a=-1', 'b=1.5', 'c=', 'd=101', 'e f=1', 'g=1\n']),
    {
      code: 'E_INPUT',
      message: 'Scale has 9 problems',
      detail: [
        '"web" must be TYPE=COUNT, such as web=2',
        '"=2" must be TYPE=COUNT, such as web=2',
        'process type "web" is named twice',
        ...['a=-1', 'b=1.5', 'c=', 'd=101'].map(
          (word) => `"${word}": the count must be a whole number from 0 to 100`,
        ),
        'process type "e f" must be letters, digits, - and _',
        String.raw`"g=1\n": the count must be a whole number from 0 to 100`,
      ],
    },
  );
});
