import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names } from '../../model/names.ts';
import { imageUse } from './docker-disk.ts';

test('what an image has alone counts for its owner, the rest of all layers is shared', () => {
  const image = (bytes: number, tags: string[], labels: Record<string, string> = {}) => ({
    bytes,
    tags,
    labels,
  });
  const images = [
    image(10, ['slipway/main/shop:d1-aa']),
    image(20, [], { 'slipway.instance': 'main' }),
    image(40, ['slipway/other/shop:d1-aa']),
    image(80, ['node:22']),
  ];
  assert.deepEqual(imageUse({ layers: 200, images, cache: 7 }, new Names('main')), {
    apps: 30,
    others: 120,
    shared: 50,
    cache: 7,
  });
});
