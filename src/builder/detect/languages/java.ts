import { quoteShellWord } from '../../../model/shell-words.ts';
import { finish, removeSources, type Compiled } from '../compiled.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { appFolder, copy, run, type PlanWarning, type Stage, type Step } from '../plan.ts';
import { withPackages } from '../system-packages.ts';
import { gradleBuild, gradleFiles } from './java/gradle.ts';
import type { JavaBuild } from './java/java-build.ts';
import { chooseJava } from './java/java-version.ts';
import { mavenBuild } from './java/maven.ts';

/** Java, and what else Maven or Gradle build for it, such as Kotlin. */
export const java: Language = {
  name: 'java',
  detects: (source) => ['pom.xml', ...gradleFiles].find((path) => source.has(path)),
  plan,
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes } = context;
  const isGradle = !source.has('pom.xml') && gradleFiles.some((path) => source.has(path));
  const build = isGradle ? gradleBuild(context) : mavenBuild(context);
  const { image, ...version } = chooseJava(context, build.java);
  const stages: Compiled = {
    build: buildStage(context, build, image),
    runtime: runtimeStage(context, build, version.version),
    start: build.product?.start ?? null,
  };
  const { framework, reasons, made } = build;
  return {
    framework: framework?.name ?? null,
    reasons,
    versions: [version],
    ...finish(wishes, stages),
    ignore: made,
    warnings: [...committed(context, made), ...build.warnings],
  };
}

function buildStage({ wishes }: PlanContext, build: JavaBuild, image: string): Stage {
  return {
    name: 'build',
    from: image,
    env: build.env,
    steps: [
      ...withPackages(wishes.packages.build),
      ...build.prepare,
      copy(['.'], appFolder),
      ...buildSteps(build, wishes.build),
    ],
  };
}

/** One step, as each costs time, unless the user's own line builds: what may follow that is not for us to know. */
function buildSteps(build: JavaBuild, own: string | null): Step[] {
  const mounts = { caches: [build.cache], config: 'all' } as const;
  const tidied = tidy(build);
  return own === null
    ? [run(`set -e; ${build.command}; ${tidied}`, { title: build.command, ...mounts })]
    : [run(own, mounts), run(`set -e; ${tidied}`, { title: 'remove what only the build needed' })];
}

/**
 * For a shell that an error ends. Leaves what can be started, and what it may read of the source; where the user tells
 * what runs, all that was built.
 */
function tidy({ product, made }: JavaBuild): string {
  const remove = removeSources('java', product ? leftBy(made) : []).command;
  return product?.check === undefined ? remove : `${product.check}; cd ${appFolder}; ${remove}`;
}

/** What the build leaves beside its product. */
function leftBy(made: readonly string[]): string[] {
  const names = ['classes', 'test-classes', 'generated*', 'maven-*', 'tmp', 'resources', '*.original'];
  return made.flatMap((folder) => names.map((name) => `${quoteShellWord(folder)}/${name}`));
}

/** Nothing that builds, only what runs Java; the heap grows to what the container may use, and leaves it the rest. */
function runtimeStage({ wishes }: PlanContext, { framework }: JavaBuild, version: string): Stage {
  return {
    name: 'runtime',
    from: `eclipse-temurin:${version}-jre`,
    env: { JAVA_OPTS: '-XX:MaxRAMPercentage=75', ...framework?.env },
    steps: [
      ...withPackages(wishes.packages.run),
      copy([appFolder], appFolder, { from: 'build', owned: true }),
    ],
  };
}

function committed({ source }: PlanContext, made: readonly string[]): PlanWarning[] {
  const folders = made.filter((folder) => source.has(folder));
  return folders.map((folder) => ({
    text: `${folder}/ is committed, and made anew here`,
    fix: `git rm -r --cached ${folder}, and add it to .gitignore`,
  }));
}
