import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('has a default for everything', () => {
    const settings = readSettings({});
    assert.deepEqual(
      [
        settings.instance,
        settings.root,
        settings.httpPort,
        settings.globalDomain,
        settings.allowPrivateDownloads,
      ],
      ['main', '/var/lib/slipway', 80, 'localhost', false],
    );
  });

  it('takes what the environment says, and passes over what is not ours', () => {
    const settings = readSettings({
      SLIPWAY_HTTP_PORT: '8080',
      SLIPWAY_ALLOW_PRIVATE_DOWNLOADS: 'true',
      HOME: '/',
    });
    assert.deepEqual([settings.httpPort, settings.allowPrivateDownloads], [8080, true]);
  });

  it('names everything that is wrong at once', () => {
    const wrong = { SLIPWAY_HTTP_PORT: '70000', SLIPWAY_ROOT: 'relative', SLIPWAY_SUPERVISOR: 'upstart' };
    assert.throws(
      () => readSettings(wrong),
      (error) => {
        assert.ok(error instanceof Failure);
        for (const name of Object.keys(wrong))
          assert.match(error.detail.join('\n'), new RegExp(`^${name}: `, 'm'));
        return true;
      },
    );
  });
});
