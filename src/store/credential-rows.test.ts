import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { appRows } from './app-rows.ts';
import { credentialRows } from './credential-rows.ts';
import { Database } from './database.ts';
import { migrate, migrations } from './migrate.ts';
import { releaseRows } from './release-rows.ts';
import { by, memory, release, sealer } from './samples.fixture.ts';

test('A login is kept by host, replaced and forgotten.', () => {
  const store = memory();
  const rows = store.credentials;
  rows.set('git.example.com', { username: 'ann', password: new Secret('one') });
  rows.set('git.example.com', { username: 'bob', password: new Secret('two') });
  rows.set('a.example.com:8443', { username: 'c', password: new Secret('three') });
  const found = rows.find('git.example.com');
  assert.deepEqual([found?.username, found?.password.reveal()], ['bob', 'two']);
  assert.deepEqual(rows.hosts(), ['a.example.com:8443', 'git.example.com']);
  assert.equal(rows.remove('git.example.com'), true);
  assert.equal(rows.remove('git.example.com'), false);
  assert.equal(rows.find('git.example.com'), undefined);
  store.close();
});

test('A password does not stand readable in its row.', () => {
  const database = new Database(':memory:');
  migrate(database);
  credentialRows(database, sealer).set('h', { username: 'ann', password: new Secret('hunter2') });
  const [sealed] = database.all('SELECT sealed FROM credentials', [], (row) => row.bytes('sealed'));
  assert.ok(sealed && !Buffer.from(sealed).includes('hunter2'));
  database.close();
});

test('A release from before there were settings of processes has what was the only choice then.', () => {
  const database = new Database(':memory:');
  migrate(database, migrations.slice(0, 2));
  const shop = appRows(database).create('shop', 1);
  migrate(database);
  const rows = releaseRows(database, sealer);
  const { number } = rows.record(shop, release, by).release;
  database.execute(`INSERT INTO releases (app, number, state, image, sealed_config, processes, formation, domains,
    stop_timeout, description, deploy, created_by, created_at)
    SELECT app, 99, state, image, sealed_config, '{"web":{"command":null,"check":' ||
      json_extract(processes, '$.web.check') || '}}', formation, domains, stop_timeout, description, deploy,
      created_by, created_at FROM releases WHERE number = ${number}`);
  const old = rows.find(shop, 99)?.release;
  assert.deepEqual([old?.restartPolicy, old?.revisionVariable], ['unless-stopped', 'GIT_REV']);
  assert.equal(old?.processes['web']?.checks, 'enabled');
  assert.equal(old?.build, null);
  database.close();
});
