import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laterVersion, sharesData, splitReference } from './service-version.ts';

test('a reference has an image and a version, also where the registry has a port', () => {
  assert.deepEqual(splitReference('postgres:15'), { image: 'postgres', version: '15' });
  assert.deepEqual(splitReference('registry:5000/postgis/postgis:16-3.4'), {
    image: 'registry:5000/postgis/postgis',
    version: '16-3.4',
  });
});

test('data files are shared by what is the same version, said more or less exactly, and by nothing else', () => {
  const pairs: readonly (readonly [string, string, boolean])[] = [
    ['postgres:15', 'postgres:15', true],
    ['postgres:15', 'postgres:15.6', true],
    ['postgres:15.6', 'postgres:15', true],
    ['postgres:15', 'postgres:16', false],
    ['postgres:1', 'postgres:15', false],
    ['postgres:15.4', 'postgres:15.6', false],
    ['postgres:15', 'postgres:15-alpine', false],
    ['postgres:15', 'postgis/postgis:15', false],
    ['mariadb:10.6', 'mariadb:10.11', false],
    ['mariadb:10.11', 'mariadb:10.11.4', true],
  ];
  for (const [one, other, shared] of pairs) {
    assert.equal(sharesData(one, other), shared, `${one} ${other}`);
    assert.equal(sharesData(other, one), shared, `${other} ${one}`);
  }
});

test('the later of two versions is told by their numbers, and is the first where one has others', () => {
  assert.equal(laterVersion('9', '15'), '15');
  assert.equal(laterVersion('17', '15'), '17');
  assert.equal(laterVersion('10.6', '10.11'), '10.11');
  assert.equal(laterVersion('10.11', '10.6'), '10.11');
  assert.equal(laterVersion('15.6', '15'), '15.6');
  assert.equal(laterVersion('15', '15.6'), '15');
  assert.equal(laterVersion('15-alpine', '17'), '15-alpine');
  assert.equal(laterVersion('15', 'latest'), '15');
});
