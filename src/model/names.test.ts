import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { isAppImage, labels, Names } from './names.ts';

const names = new Names('main');
const process = { app: 'shop', type: 'web', index: 1, deploy: 42 };

describe('names', () => {
  it('carry the instance', () => {
    assert.equal(names.network('shop'), 'slipway-main-shop');
    assert.equal(names.container(process), 'slipway-main-shop.web.1.d42');
    assert.equal(names.task('shop', 'release', 'd42'), 'slipway-main-shop.release.d42');
    assert.match(names.image('shop', 42), /^slipway\/main\/shop:d42-[0-9a-f]{24}$/);
  });

  it('of images tell the deploy, and to nobody else what comes after it', () => {
    const other = new Names('main', () => Buffer.from('another key'));
    assert.notEqual(names.image('shop', 42), other.image('shop', 42));
    const secrets = ['a', 'b'].flatMap((app) => [1, 2].map((id) => names.image(app, id).split('-')[1]));
    assert.equal(new Set(secrets).size, 4);
    assert.equal(names.deployOfImage(names.image('shop', 42)), 42);
    for (const image of ['slipway/main/shop:d42x', 'slipway/other/shop:d42', 'node:d42', 'slipway/main/shop'])
      assert.equal(names.deployOfImage(image), undefined, image);
  });

  it('of an image tell its deploy, whatever its app is called', () => {
    assert.equal(names.deployOfImage(names.image('shop', 42)), 42);
    for (const other of [new Names('main2').image('shop', 42), 'slipway/main/shop:latest', 'node:d42'])
      assert.equal(names.deployOfImage(other), undefined);
  });

  it('of caches are those of one app of one instance, and to be guessed by no other', () => {
    const app = { id: 1, createdAt: 5 };
    const [scope, other] = [names.cacheScope(app), new Names('main', () => Buffer.from('another key'))];
    assert.match(scope, /^slipway-main-[0-9a-f]{24}$/);
    assert.equal(names.cacheScope({ ...app }), scope);
    for (const another of [
      { id: 2, createdAt: 5 },
      { id: 1, createdAt: 6 },
    ])
      assert.notEqual(names.cacheScope(another), scope);
    assert.notEqual(other.cacheScope(app), scope);
  });

  it('of apps’ images are told from all others', () => {
    assert.ok(isAppImage(names.image('shop', 1)) && isAppImage('slipway/other/shop@sha256:1'));
    for (const other of ['node:22', 'slipway/shop:d1', 'example.com/slipway/main/shop', 'slipway'])
      assert.ok(!isAppImage(other), other);
  });

  it('are those that Docker allows, for every app name', () => {
    for (const app of ['a', '1.2', 'a-b.c', 'x'.repeat(63)]) {
      const all = [
        names.network(app),
        names.container({ ...process, app }),
        names.task(app, 'release', 'd1'),
      ];
      for (const name of all) assert.match(name, /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
      assert.match(names.image(app, 1), /^[a-z0-9]+(?:(?:[._]|-+|\/)[a-z0-9]+)*:\w[\w.-]{0,127}$/);
    }
  });

  it('of two instances are never the same, nor those of an app and of a base image', () => {
    const other = new Names('main2');
    assert.notEqual(names.network('2-shop'), other.network('shop'));
    assert.ok(!names.container({ ...process, app: 'base' }).startsWith(names.baseBuild('')));
  });

  it('refuse an instance that would not fit into them', () => {
    for (const wrong of ['', 'Main', '1a', 'a-b', 'a.b', 'a/b', 'a\n', 'a'.repeat(17)])
      assert.throws(() => new Names(wrong), Failure, wrong);
  });

  it('of labels are all different', () => {
    assert.equal(new Set(Object.values(labels)).size, Object.keys(labels).length);
  });
});
