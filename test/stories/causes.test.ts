import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FailureCode } from '../../src/model/failures.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { testApp } from '../machine/test-app.ts';

interface Cause {
  /** A folder of test/apps. */
  readonly app: string;
  readonly code: FailureCode;
  /** What the push must say besides: the cause, the fix, the app's own last words. */
  readonly said: readonly RegExp[];
}

const causes: readonly Cause[] = [
  {
    app: 'bind-loopback',
    code: 'E_BIND_LOOPBACK',
    said: [
      /web\.1 listens on 127\.0\.0\.1:5000; listen on 0\.0\.0\.0:\$PORT/,
      /Fix: listen on 0\.0\.0\.0:5000/,
    ],
  },
  {
    app: 'wrong-port',
    code: 'E_WRONG_PORT',
    said: [/web\.1 listens on port 8080, but is asked on port 5000/, /say EXPOSE 8080 in the Dockerfile/],
  },
  {
    app: 'exits',
    code: 'E_PROCESS_EXITED',
    said: [/web\.1 ended with code 3/, /connecting to the queue/, /queue refused the password/],
  },
  {
    app: 'finishes',
    code: 'E_PROCESS_FINISHED',
    said: [/web\.1 ended with exit code 0: a web process must keep running/, /all done/],
  },
  {
    app: 'out-of-memory',
    code: 'E_OUT_OF_MEMORY',
    said: [/web\.1 was killed(, most likely)? for using more memory than its limit of 96 MB/, /app\.json/],
  },
  {
    app: 'wrong-architecture',
    code: 'E_WRONG_ARCHITECTURE',
    said: [/another processor than this machine's/, /no --platform in the Dockerfile/],
  },
  {
    app: 'command-missing',
    code: 'E_COMMAND_NOT_FOUND',
    said: [/its command "gunicorn" is not in the image/, /check the Procfile/],
  },
  {
    app: 'not-executable',
    code: 'E_NOT_EXECUTABLE',
    said: [/"\.\/start\.sh" may not be executed/, /git update-index --chmod=\+x start\.sh/],
  },
  {
    app: 'config-missing',
    code: 'E_CONFIG_MISSING',
    said: [/its log names DATABASE_URL, which is not set/, /config:set config-missing DATABASE_URL=\.\.\./],
  },
  {
    app: 'server-error',
    code: 'E_HEALTH_STATUS',
    said: [/web\.1 answers its check of \/ with 500/, /no connection to the database/],
  },
  {
    app: 'redirects-to-itself',
    code: 'E_HEALTH_REDIRECT',
    said: [/with 301, a redirect to \/: to itself, without end/],
  },
  {
    app: 'redirects-to-https',
    code: 'E_HEALTH_REDIRECT',
    said: [
      /a redirect to https:\/\/redirects-to-https\//,
      /send X-Forwarded-Proto: https \(httpHeaders in app\.json\)/,
    ],
  },
  {
    app: 'health-path',
    code: 'E_HEALTH_PATH',
    said: [/web\.1 answers, but has no \/healthz: its check got 404/, /name another one in app\.json/],
  },
  {
    app: 'crashes-when-asked',
    code: 'E_CRASHED_AFTER_LISTENING',
    said: [/web\.1 ended with code 1 after it had listened on port 5000/, /no template called index/],
  },
  { app: 'dockerfile-wrong', code: 'E_DOCKERFILE', said: [/Dockerfile line 2: unknown instruction: COPPY/] },
  {
    app: 'build-step-fails',
    code: 'E_BUILD_FAILED',
    said: [/The step "RUN echo .*" ended with exit code 7/, /cannot find module left-pad/],
  },
  {
    app: 'build-step-killed',
    code: 'E_BUILD_FAILED',
    said: [/ended with exit code 137: it was killed/, /too little memory for this step/],
  },
  {
    app: 'registry-unknown',
    code: 'E_REGISTRY_DNS',
    said: [/registry\.invalid\/team\/app:1 is not on this machine/, /getent hosts registry\.invalid/],
  },
  {
    app: 'registry-down',
    code: 'E_REGISTRY_DOWN',
    said: [/connection refused/, /curl https:\/\/localhost:1\/v2\//],
  },
];

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

describe('a push that fails tells its cause and the fix, and both are kept:', { concurrency: 2 }, () => {
  for (const { app, code, said } of causes) {
    test(`${app} is ${code}`, async () => {
      const repository = await sandbox.repository(await testApp(app));
      const pushed = await sandbox.push(repository, app);
      assert.notEqual(pushed.code, 0, pushed.output);
      const kept = await sandbox.slipway(['deploys:output', app, await lastDeploy(app, code)]);
      for (const pattern of [new RegExp(`\\b${code}: `), ...said]) {
        assert.match(pushed.output, pattern);
        assert.match(kept.stdout + kept.stderr, pattern);
      }
    });
  }
});

/** Its number, once it is known to have failed with this code. */
async function lastDeploy(app: string, code: FailureCode): Promise<string> {
  const deploys = JSON.parse(await sandbox.ok('deploys', app, '--format', 'json')) as {
    id: number;
    failure: { code: string } | null;
  }[];
  assert.equal(deploys[0]?.failure?.code, code);
  return String(deploys[0].id);
}
