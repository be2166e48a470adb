import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../base/exec.ts';
import { copy, file, run, type BuildPlan } from './plan.ts';
import { singleQuoted } from '../../model/config-text.ts';
import { planDockerfile, readConfig } from './plan-dockerfile.ts';

const plan: BuildPlan = {
  language: 'node',
  framework: null,
  reasons: [],
  versions: [],
  stages: [
    {
      name: 'build',
      from: 'node:22-bookworm-slim',
      env: { CI: 'true', NAME: 'a "b" c' },
      steps: [
        copy(['package.json', 'package-lock.json'], '/app'),
        run('npm ci', { caches: [{ target: '/root/.npm', locked: true }], config: 'install' }),
        copy(['.'], '/app'),
        run('npm run build', { config: 'all', binds: [{ from: 'deps', path: '/app/node_modules' }] }),
      ],
    },
    {
      name: 'runtime',
      from: 'debian:bookworm-slim',
      steps: [
        file('/etc/x.conf', "it's\n\\n %s\n"),
        copy(['/app/node_modules'], '/app/node_modules', { from: 'build' }),
        copy(['a b', '.'], '/app', { owned: true }),
      ],
    },
  ],
  start: 'node server.js --port $PORT',
  processes: {},
  ignore: [],
  warnings: [],
};

test('A plan becomes a Dockerfile that an old BuildKit understands.', () => {
  assert.equal(
    planDockerfile(plan),
    `FROM node:22-bookworm-slim AS build
ENV CI=true NAME="a \\"b\\" c"
WORKDIR /app
COPY package.json package-lock.json /app/
ARG SLIPWAY_INSTALL_HASH
RUN --mount=type=cache,target=/root/.npm,sharing=locked --mount=type=secret,id=slipway-install,mode=0444 ${readConfig('slipway-install')} npm ci
COPY . /app/
ARG SLIPWAY_CONFIG_HASH
RUN --mount=type=bind,from=deps,source=/app/node_modules,target=/app/node_modules,rw --mount=type=secret,id=slipway-config,mode=0444 ${readConfig('slipway-config')} npm run build

FROM debian:bookworm-slim AS runtime
WORKDIR /app
RUN id -u 1000 >/dev/null 2>&1 || useradd --uid 1000 --user-group --no-log-init --home-dir /app --shell /bin/bash app; chown 1000:1000 /app
RUN mkdir -p /etc && printf '%s\\n' 'it'\\''s' '\\n %s' > /etc/x.conf
COPY --from=build /app/node_modules /app/node_modules
COPY --chown=1000:1000 ["a b",".","/app/"]
USER 1000:1000
CMD ["/bin/sh","-c","exec node server.js --port $PORT"]
`,
  );
});

test('For a build the source is in a folder of the context, where no file of ours gets in.', () => {
  const text = planDockerfile(plan, { below: 'source' });
  assert.match(text, /^COPY source\/package\.json source\/package-lock\.json \/app\/$/m);
  assert.match(text, /^COPY source\/\. \/app\/$/m);
  assert.match(text, /^COPY --from=build \/app\/node_modules \/app\/node_modules$/m);
});

test('A quoted word means itself to sh.', async () => {
  const odd = `a'b"c$d\\e\`f\n g;h`;
  assert.equal((await exec('sh', ['-c', `printf %s ${singleQuoted(odd)}`])).stdout, odd);
});
