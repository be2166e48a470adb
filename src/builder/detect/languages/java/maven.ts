import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import { quoteShellWord } from '../../../../model/shell-words.ts';
import type { PlanContext } from '../../language.ts';
import { appFolder, copy, run, type PlanWarning, type Step } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import { frameworkOf, startLine, type Framework } from './frameworks.ts';
import { againstWrapper, appModule, isTold, jarIn, type JavaBuild, type Product } from './java-build.ts';
import { compilesFor, property, readPoms, type Pom } from './poms.ts';

/** A pom.xml, built by the Maven that mvnw names or by that of the image. */
export function mavenBuild(context: PlanContext): JavaBuild {
  const { source } = context;
  const poms = readPoms(source);
  const app = appModule(context, modulesOf(poms));
  const framework = frameworkOf(poms.map(({ groups }) => groups).join(' '));
  const maven = mavenOf(context);
  const command = [maven.command, '-B', ...(source.has('settings.xml') ? ['-s settings.xml'] : [])].join(' ');
  const version = compilesFor(app ? [app, ...poms] : poms);
  return {
    reasons: [maven.reason, ...(app && app.folder !== '.' ? [`the app is the module ${app.folder}`] : [])],
    java: {
      image: (java) => `maven:3-eclipse-temurin-${java}`,
      least: version === undefined ? undefined : { text: version, from: 'pom.xml' },
      standard: 21,
    },
    framework,
    // The image's MAVEN_CONFIG is a folder; older wrappers take it for arguments.
    env: { MAVEN_CONFIG: '', MAVEN_OPTS: quiet },
    cache,
    prepare: prepare(context, poms, command),
    command: `${command} -DskipTests package`,
    product: app && !isTold(context) ? productOf({ source, poms, app, framework }) : null,
    made: poms.map(({ folder }) => posix.join(folder, 'target')),
    warnings: warningsOf(source, poms, framework),
  };
}

/** Not a line for each file that is downloaded; the option for it is not known to old Mavens. */
const quiet = '-Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn';

const cache = { target: '/root/.m2' };

function modulesOf(poms: readonly Pom[]): readonly Pom[] {
  return poms.length === 1 ? poms : poms.filter(({ packaging }) => packaging !== 'pom');
}

/** mvnw downloads the Maven that it names, for which there has to be a way out. */
function mavenOf({ source, registry }: PlanContext): { readonly command: string; readonly reason: string } {
  if (!source.has('mvnw')) return { command: 'mvn', reason: 'built by the Maven of the image' };
  const alone = registry ? undefined : 'mvnw downloads another, and this machine seems to have no way out';
  const against = againstWrapper(source, ['mvnw', '.mvn/wrapper/maven-wrapper.properties']) ?? alone;
  if (against === undefined)
    return { command: 'sh ./mvnw', reason: 'built by mvnw, which downloads its Maven' };
  return { command: 'mvn', reason: `built by the Maven of the image, as ${against}` };
}

/**
 * Downloads what the build will need, before the code is there. It knows no better than what Maven can tell without
 * it, as of modules that need each other, so a failure of it is none: what is missing is downloaded by the build.
 */
function prepare({ source, wishes }: PlanContext, poms: readonly Pom[], command: string): Step[] {
  const top = ['pom.xml', 'mvnw', 'settings.xml'].filter((path) => source.has(path));
  const below = poms.filter(({ folder }) => folder !== '.');
  return [
    copy(top, appFolder),
    ...(source.has('.mvn') ? [copy(['.mvn'], `${appFolder}/.mvn`)] : []),
    ...below.map(({ folder }) => copy([`${folder}/pom.xml`], `${appFolder}/${folder}`)),
    run(wishes.install ?? `${command} --fail-never dependency:go-offline`, {
      caches: [cache],
      config: 'install',
    }),
  ];
}

interface Found {
  readonly source: SourceView;
  readonly poms: readonly Pom[];
  readonly app: Pom;
  readonly framework: Framework | undefined;
}

function productOf(found: Found): Product {
  const { app, framework } = found;
  const target = posix.join(app.folder, 'target');
  if (app.packaging === 'war') return warIn(target, found);
  if (framework?.name !== 'Quarkus' || isOneJar(found)) return jarIn(target, framework);
  return { start: startLine(framework, `${quoteShellWord(target)}/quarkus-app/quarkus-run.jar`) };
}

function warIn(target: string, { poms, framework }: Found): Product {
  if (hasSpringPlugin(poms)) return { start: startLine(framework, `${quoteShellWord(target)}/*.war`) };
  throw failure('E_BUILD_PLAN', 'pom.xml makes a war, which needs a server to run in', {
    hint: 'make it one that starts by itself (<packaging>jar</packaging> with Spring Boot, an embedded Jetty or Tomcat), start a server with it in the Procfile, or commit a Dockerfile',
  });
}

/** Quarkus makes a folder unless it is asked for one jar, by a key that has changed its name. */
function isOneJar({ source, poms, app }: Found): boolean {
  const keys = ['quarkus.package.jar.type', 'quarkus.package.type'];
  const settings = source.text(posix.join(app.folder, 'src/main/resources/application.properties')) ?? '';
  const said = keys.some((key) => property(poms, key) === 'uber-jar');
  return said || /^\s*quarkus\.package\.(jar\.)?type\s*=\s*uber-jar/m.test(settings);
}

function hasSpringPlugin(poms: readonly Pom[]): boolean {
  return poms.some(({ plugins }) => plugins.includes('spring-boot-maven-plugin'));
}

function warningsOf(
  source: SourceView,
  poms: readonly Pom[],
  framework: Framework | undefined,
): PlanWarning[] {
  const gradle = ['build.gradle', 'build.gradle.kts'].find((path) => source.has(path));
  return [
    ...(gradle === undefined
      ? []
      : [
          {
            text: `there are pom.xml and ${gradle}: Maven builds it`,
            fix: 'take out the one that is not used',
          },
        ]),
    ...(framework?.name !== 'Spring Boot' || hasSpringPlugin(poms)
      ? []
      : [
          {
            text: 'pom.xml has no spring-boot-maven-plugin, which makes the jar one that can be started',
            fix: 'add it to <build><plugins>',
          },
        ]),
  ];
}
