import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { defaultCheck } from '../model/check.ts';
import type { FailureCode } from '../model/failures.ts';
import type { ProcessSpec } from '../model/process.ts';
import { diagnose } from './diagnose.ts';
import { specOf } from './engine-under-test.contract.ts';
import type { Evidence, OutOfMemory } from './evidence.ts';
import type { HttpAnswer } from './probe.ts';

const spec = (more: Partial<ProcessSpec> = {}) =>
  specOf({ image: 'sha256:0', command: () => ['serve'] }, 'web', more);

const refused = {
  said: 'no answer on 10.0.0.2:5000: connection refused',
  saw: 'nothing',
  reached: false,
} as const;

const ended = (
  code: number | null,
  lines: readonly string[] = [],
  more: Partial<Evidence> = {},
): Evidence => ({
  spec: spec(),
  exit: { code, outOfMemory: null },
  tries: refused,
  listeners: null,
  lines,
  before: [],
  ...more,
});

const runs = (more: Partial<Evidence>): Evidence => ({
  spec: spec(),
  exit: null,
  tries: refused,
  listeners: null,
  lines: [],
  before: [],
  ...more,
});

const answered = (answer: Partial<HttpAnswer>): Evidence => {
  const saw = { path: '/up', status: 200, location: null, endless: false, ...answer };
  return runs({ tries: { said: `answered ${saw.status}`, saw, reached: true } });
};

function finds(evidence: Evidence, code: FailureCode, text: string): Failure {
  const found = diagnose(evidence);
  assert.ok(found instanceof Failure);
  assert.equal(`${found.code}: ${found.message}`, `${code}: ${text}`);
  assert.deepEqual(found.detail, evidence.lines);
  return found;
}

describe('a process that ended', () => {
  it('is told with its code, and the signal behind it', () => {
    finds(ended(3, ['no']), 'E_PROCESS_EXITED', 'web.1 ended with code 3 before it was healthy');
    finds(ended(139), 'E_PROCESS_EXITED', 'web.1 ended with code 139 (SIGSEGV) before it was healthy');
    finds(ended(null), 'E_PROCESS_EXITED', 'web.1 ended before it was healthy');
  });

  it('with exit code 0 has finished, where it should run on', () => {
    finds(ended(0), 'E_PROCESS_FINISHED', 'web.1 ended with exit code 0: a web process must keep running');
  });

  it('after it had taken a connection is told so', () => {
    const reached = { ...refused, reached: true };
    const text = 'web.1 ended with code 1 after it had listened on port 5000';
    finds(ended(1, [], { tries: reached }), 'E_CRASHED_AFTER_LISTENING', text);
  });

  it('for want of memory is told with its limit, and how sure that is', () => {
    const killed = (outOfMemory: OutOfMemory, memory: number | null) =>
      ended(137, [], { spec: spec({ memory }), exit: { code: 137, outOfMemory } });
    const limit = 64 * 2 ** 20;
    const using = 'for using more memory than its limit of 64 MB';
    finds(killed('limit', limit), 'E_OUT_OF_MEMORY', `web.1 was killed ${using}`);
    finds(killed('likely', limit), 'E_OUT_OF_MEMORY', `web.1 was killed, most likely ${using}`);
    finds(killed('machine', limit), 'E_MEMORY_SHORT', 'web.1 was killed: the machine ran out of memory');
    finds(killed('machine', null), 'E_MEMORY_SHORT', 'web.1 was killed: the machine ran out of memory');
  });

  it('for a full disk is told so, but not for too many files that are watched', () => {
    const full = ended(1, ['Error: ENOSPC: no space left on device, write']);
    finds(full, 'E_DISK_FULL', 'web.1 ended with code 1: its log says that the disk is full');
    const watched = ended(1, ['Error: ENOSPC: System limit for number of file watchers reached']);
    finds(watched, 'E_PROCESS_EXITED', 'web.1 ended with code 1 before it was healthy');
  });

  it('for a program of another processor is told so, also where a shell took it for a script', () => {
    const text = `web.1 cannot start: its program is for another processor than this machine's (${process.arch})`;
    finds(ended(126, ['sh: 1: ./app: Exec format error']), 'E_WRONG_ARCHITECTURE', text);
    finds(ended(127, ['./app: 1: \u007FELF\u0002\u0001\u0001: not found']), 'E_WRONG_ARCHITECTURE', text);
  });

  it('for a command that is missing, or may not be executed, names it', () => {
    const missing = 'web.1 cannot start: its command "serve" is not in the image';
    finds(ended(127, ['sh: 1: serve: not found']), 'E_COMMAND_NOT_FOUND', missing);
    const byNode = ["Error: Cannot find module '/app/serve'", '    at node:internal', 'Node.js v22'];
    finds(ended(1, byNode), 'E_COMMAND_NOT_FOUND', missing);
    const other = ["Error: Cannot find module '/app/lib'"];
    finds(ended(1, other), 'E_PROCESS_EXITED', 'web.1 ended with code 1 before it was healthy');
    const plain = ended(126, ['[FATAL tini (7)] exec ./start.sh failed: Permission denied']);
    const found = finds(plain, 'E_NOT_EXECUTABLE', 'web.1 cannot start: "./start.sh" may not be executed');
    assert.match(found.hint ?? '', /git update-index --chmod=\+x start\.sh$/);
  });

  it('for a variable that is not set names it and how to set it', () => {
    const lines = ["KeyError: 'DATABASE_URL'"];
    const text = 'web.1 ended with code 1: its log names DATABASE_URL, which is not set';
    const found = finds(ended(1, lines), 'E_CONFIG_MISSING', text);
    assert.equal(found.hint, 'slipway config:set shop DATABASE_URL=...');
  });

  it('for a variable that an error names before all that its server says of the end', () => {
    const before = ["KeyError: 'SECRET_KEY'", '[7] [INFO] Worker exiting (pid: 7)', 'SENTRY_DSN is not set'];
    const lines = ["gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>"];
    const tries = { ...refused, reached: true };
    const text = 'web.1 ended with code 1: its log names SECRET_KEY, which is not set';
    finds(ended(1, lines, { before, tries }), 'E_CONFIG_MISSING', text);
    const nearer = ended(1, ['DATABASE_URL must be set'], { before });
    finds(nearer, 'E_CONFIG_MISSING', text.replace('SECRET_KEY', 'DATABASE_URL'));
    const handled = ended(1, lines, { before, tries, spec: spec({ env: { SECRET_KEY: 'x' } }) });
    const ending = 'web.1 ended with code 1 after it had listened on port 5000';
    finds(handled, 'E_CRASHED_AFTER_LISTENING', ending);
  });

  it("for Django's setting that is empty, is told that another variable may be behind it", () => {
    const lines = ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'];
    const text = 'web.1 ended with code 3: its log names SECRET_KEY, which is not set';
    const found = finds(ended(3, lines), 'E_CONFIG_MISSING', text);
    const fix = 'slipway config:set shop SECRET_KEY=..., or the variable that your settings read it from';
    assert.equal(found.hint, fix);
  });

  it('is not said to miss a variable that it has', () => {
    const set = ended(1, ["KeyError: 'KEY'", 'PORT must be set'], { spec: spec({ env: { KEY: 'x' } }) });
    finds(set, 'E_PROCESS_EXITED', 'web.1 ended with code 1 before it was healthy');
  });
});

describe('a process that runs and is not healthy', () => {
  it('listens on loopback only', () => {
    const text = (port: number) => `web.1 listens on 127.0.0.1:${port}; listen on 0.0.0.0:$PORT`;
    finds(runs({ listeners: [{ port: 5000, loopback: true }] }), 'E_BIND_LOOPBACK', text(5000));
    finds(runs({ listeners: [{ port: 3000, loopback: true }] }), 'E_BIND_LOOPBACK', text(3000));
    const metrics = { port: 9090, loopback: false };
    finds(runs({ listeners: [{ port: 5000, loopback: true }, metrics] }), 'E_BIND_LOOPBACK', text(5000));
  });

  it('listens on another port', () => {
    const listeners = [
      { port: 3000, loopback: true },
      { port: 8080, loopback: false },
    ];
    const found = finds(
      runs({ listeners }),
      'E_WRONG_PORT',
      'web.1 listens on port 8080, but is asked on port 5000',
    );
    assert.match(
      found.hint ?? '',
      /0\.0\.0\.0:\$PORT \(here 5000\), the variable PORT in place of 8080 in your code; .*say EXPOSE 8080/,
    );
  });

  it('is asked on the port of its check', () => {
    const probe = { kind: 'listening', port: 9000 } as const;
    const evidence = runs({
      spec: spec({ check: { ...defaultCheck('web'), probe } }),
      listeners: [{ port: 5000, loopback: false }],
    });
    finds(evidence, 'E_WRONG_PORT', 'web.1 listens on port 5000, but is asked on port 9000');
  });

  it('listens nowhere', () => {
    const text = `web.1 did not become healthy in 60 s: ${refused.said}`;
    const found = finds(runs({ listeners: [] }), 'E_NOT_HEALTHY', text);
    assert.equal(found.hint, 'web.1 listens on no port; listen on 0.0.0.0:$PORT (here 5000)');
    finds(runs({ listeners: [{ port: 5000, loopback: false }] }), 'E_NOT_HEALTHY', text);
    finds(runs({ listeners: null }), 'E_NOT_HEALTHY', text);
  });

  it('waits for a variable that its log names', () => {
    const evidence = runs({ listeners: [], lines: ['REDIS_URL must be set, retrying'] });
    finds(evidence, 'E_CONFIG_MISSING', 'web.1 is not healthy: its log names REDIS_URL, which is not set');
  });

  it('answers with an error, or has not the path of its check', () => {
    finds(answered({ status: 503 }), 'E_HEALTH_STATUS', 'web.1 answers its check of /up with 503');
    finds(answered({ status: 404 }), 'E_HEALTH_PATH', 'web.1 answers, but has no /up: its check got 404');
  });

  it('answers with a redirect', () => {
    const endless = answered({ status: 301, location: '/up', endless: true });
    const text = 'web.1 answers its check of /up with 301, a redirect to /up: to itself, without end';
    finds(endless, 'E_HEALTH_REDIRECT', text);
    const secure = answered({ status: 308, location: 'https://shop/up' });
    const found = finds(
      secure,
      'E_HEALTH_REDIRECT',
      'web.1 answers its check of /up with 308, a redirect to https://shop/up',
    );
    assert.match(found.hint ?? '', /X-Forwarded-Proto/);
  });
});
