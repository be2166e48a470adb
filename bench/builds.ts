import { randomId } from '../src/base/ids.ts';
import type { Builder } from '../src/builder/builder.ts';
import { appSource } from '../test/machine/app-source.ts';
import { ensureBaseImages } from '../test/machine/base-images.ts';
import { machineCa, TrialBuilds } from '../test/machine/trial-builds.ts';
import { interleaved, median, ms, print, timed } from './measure.ts';

/*
 * Builds of an Express app whose code alone changed, to a finished image: by detection, and by a Dockerfile as a careful
 * person writes it. Then a tree that is as it was, and what detection itself takes for a repository of 5,000 files.
 */
const runs = Number(process.argv[2] ?? 9);

const dockerfile = `FROM node:22-bookworm-slim AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
FROM deps AS build
COPY . .
RUN npm run build
FROM deps AS prod
RUN npm prune --omit=dev
FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=prod /app/node_modules node_modules
COPY --from=build /app/package.json /app/server.js /app/built.json ./
USER node
CMD ["node", "server.js"]
`;

const trial = new TrialBuilds();
try {
  await ensureBaseImages(trial.docker, ['node:22-bookworm-slim']);
  await benchBuilds(await appSource('node-npm'));
  await benchDetection(await appSource('node-npm'));
} finally {
  await trial.close();
}

async function benchBuilds(files: Record<string, string>): Promise<void> {
  const detecting = trial.detecting();
  const byHand = trial.builder(machineCa());
  const unchanged = trial.tree(files);
  const changed = () => ({ ...files, 'server.js': `${files['server.js']}// ${randomId()}\n` });
  const first = {
    detected: await build(detecting, files),
    byHand: await build(byHand, { ...files, Dockerfile: dockerfile }),
  };
  const {
    byHand: hand = 0,
    detected = 0,
    same = 0,
  } = await interleaved(runs, {
    byHand: () => build(byHand, { ...changed(), Dockerfile: dockerfile }),
    detected: () => build(detecting, changed()),
    same: () => build(detecting, unchanged),
  });
  print(`Build of an Express app to a finished image, median of ${runs}`, [
    ['first one (layers of earlier runs may be there): detection', ms(first.detected)],
    ['first one: a Dockerfile written by hand', ms(first.byHand)],
    ['code-only change: a Dockerfile written by hand', ms(hand)],
    ['code-only change: detection', ms(detected)],
    ['ratio (goal 1.2)', (detected / hand).toFixed(2)],
    ['an unchanged tree: detection (goal 300 ms)', ms(same)],
  ]);
}

/** Milliseconds; the tree is there before. */
function build(builder: Builder, source: Record<string, string> | string): Promise<number> {
  const { request } = trial.of(source);
  return timed(() => builder.build(request));
}

async function benchDetection(files: Record<string, string>): Promise<void> {
  const many = Array.from({ length: 5000 }, (_, at) => [`src/${at % 100}/${at}.js`, '']);
  const { request } = trial.of({ ...files, ...(Object.fromEntries(many) as Record<string, string>) });
  const detecting = trial.detecting();
  const took: number[] = [];
  for (let run = 0; run < runs; run += 1) took.push(await timed(() => detecting.plan(request)));
  print(`Detection and plan of a repository of 5,000 files, median of ${runs}`, [
    ['found, planned, its Dockerfile written (goal 50 ms)', ms(median(took))],
    ['the first of them', ms(took[0])],
  ]);
}
