import { posix } from 'node:path';
import { quoteShellWord } from '../../../../model/shell-words.ts';
import type { PlanContext } from '../../language.ts';
import { appFolder, copy, run, type PlanWarning, type Step } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import { frameworkOf, startLine, type Framework } from './frameworks.ts';
import { gradleJava, programName, readProjects, type GradleProject } from './gradle-projects.ts';
import { againstWrapper, appModule, isTold, jarIn, type JavaBuild, type Product } from './java-build.ts';

export const gradleFiles = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];

/** A build.gradle, built by the Gradle that gradlew names or by that of an image. */
export function gradleBuild(context: PlanContext): JavaBuild {
  const { source } = context;
  const projects = readProjects(source);
  const app = appModule(context, projects.length > 1 ? projects.filter(isPart) : projects);
  const framework = frameworkOf(projects.map(({ text }) => text).join('\n'));
  const wrapper = wrapperOf(source);
  return {
    reasons: [
      wrapper.against === undefined
        ? 'built by gradlew, which downloads its Gradle'
        : `built by the Gradle of the image, as ${wrapper.against}`,
      ...(app ? [`the app is made by the task ${app.path}:${app.kind.task}`] : []),
    ],
    java: {
      image: (java) => imageOf(wrapper, java),
      least: gradleJava(source),
      standard: newestFor(wrapper.version),
    },
    framework,
    // Not the home of the image's user, which is a volume there.
    env: { GRADLE_USER_HOME: cache.target },
    cache,
    prepare: prepare(context, wrapper),
    command: `${wrapper.command} ${tasksOf(context, app)}`,
    product: app && !isTold(context) ? productOf(source, app, framework) : null,
    made: projects.map(({ folder }) => posix.join(folder, 'build')),
    warnings: warningsOf(wrapper),
  };
}

/** The top is seldom more than what holds the others together. */
function isPart({ folder, isApp }: GradleProject): boolean {
  return isApp || folder !== '.';
}

const cache = { target: '/var/cache/gradle' };

interface Wrapper {
  readonly command: string;
  /** The Gradle that it downloads. */
  readonly version: readonly [number, number] | undefined;
  /** Why it is not used. */
  readonly against: string | undefined;
}

function wrapperOf(source: SourceView): Wrapper {
  const settings = 'gradle/wrapper/gradle-wrapper.properties';
  const against = againstWrapper(source, ['gradlew', 'gradle/wrapper/gradle-wrapper.jar', settings]);
  if (against !== undefined) return { command: 'gradle --no-daemon', version: undefined, against };
  const [, major, minor] = /gradle-(\d+)\.(\d+)/.exec(source.text(settings) ?? '') ?? [];
  const version = major === undefined ? undefined : ([Number(major), Number(minor)] as const);
  return { command: 'sh ./gradlew --no-daemon', version, against };
}

function imageOf({ against }: Wrapper, java: number): string {
  if (against === undefined) return `eclipse-temurin:${java}-jdk`;
  return `gradle:${java >= 25 ? 9 : 8}-jdk${java}`;
}

/** The newest Java that a Gradle runs on (docs.gradle.org, the matrix of compatibility). */
function newestFor(version: readonly [number, number] | undefined): number {
  const [major, minor] = version ?? [8, 14];
  const known = runsOn.find(({ from }) => major > from[0] || (major === from[0] && minor >= from[1]));
  return known?.java ?? 8;
}

const runsOn = [
  { from: [8, 5], java: 21 },
  { from: [7, 3], java: 17 },
  { from: [5, 0], java: 11 },
] as const;

/** Gradle itself comes before the code; what the app needs is kept from build to build. */
function prepare({ wishes }: PlanContext, { against, command }: Wrapper): Step[] {
  const more = { caches: [cache], config: 'install' } as const;
  const wrapper = [
    copy(['gradlew'], appFolder),
    copy(['gradle/wrapper'], `${appFolder}/gradle/wrapper`),
    run(`${command} --version`, more),
  ];
  return [
    ...(against === undefined ? wrapper : []),
    ...(wishes.install === null ? [] : [run(wishes.install, more)]),
  ];
}

/** The task `stage` is what Heroku calls, where a build file has one. */
function tasksOf(context: PlanContext, app: GradleProject | undefined): string {
  if (!isTold(context) && app) return quoteShellWord(`${app.path}:${app.kind.task}`);
  const scripts = context.source.paths.filter((path) => /(^|\/)build\.gradle(\.kts)?$/.test(path));
  const stage = /\btask\s+stage\b|\b(register|create)\w*\(\s*['"]stage['"]/;
  if (scripts.some((path) => stage.test(context.source.text(path) ?? ''))) return 'stage';
  return app?.kind.makes === 'install' ? 'assemble installDist' : 'assemble';
}

function productOf(source: SourceView, app: GradleProject, framework: Framework | undefined): Product {
  const folder = posix.join(app.folder, 'build', app.kind.makes);
  if (app.kind.makes === 'libs') return jarIn(folder, framework);
  if (app.kind.makes === 'quarkus-app') return { start: startLine(framework, `${folder}/quarkus-run.jar`) };
  const name = programName(source, app);
  const options = framework === undefined ? '' : `JAVA_OPTS="$JAVA_OPTS ${framework.options}" `;
  return { start: `${options}${folder}/${name}/bin/${name}` };
}

function warningsOf({ against }: Wrapper): PlanWarning[] {
  if (against === undefined) return [];
  const fix = 'gradle wrapper; git add -f gradlew gradle/wrapper';
  return [{ text: `gradlew is not used, as ${against}: the Gradle may be another than yours`, fix }];
}
