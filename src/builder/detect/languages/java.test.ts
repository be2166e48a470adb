import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { planDockerfile, readConfig } from '../plan-dockerfile.ts';

const pom = (inside: string, top = '') =>
  `<?xml version="1.0"?>\n<project>${top}<artifactId>shop</artifactId>${inside}</project>`;
const plugin = (group: string, name: string) =>
  `<build><plugins><plugin><groupId>${group}</groupId><artifactId>${name}</artifactId></plugin></plugins></build>`;
const spring = plugin('org.springframework.boot', 'spring-boot-maven-plugin');
const plain = {
  'pom.xml': pom('<properties><maven.compiler.release>17</maven.compiler.release></properties>'),
};

const runs = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));
/** As people read them. */
const shown = (plan: ReturnType<typeof planOf>) =>
  plan.stages
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === 'run' ? (step.title ?? step.command) : []));

test('Maven builds with what it downloaded before, and only Java is in the image that runs.', () => {
  const plan = planOf({ ...plain, 'src/main/java/App.java': '' });
  const [build = '', runtime] = planDockerfile(plan).split('\n\n');
  const lines = build.split('\n').filter((line) => !line.startsWith('ENV '));
  const cache = 'RUN --mount=type=cache,target=/root/.m2 --mount=type=secret,id=';
  assert.deepEqual(lines.slice(0, 7), [
    'FROM maven:3-eclipse-temurin-17 AS build',
    'WORKDIR /app',
    'COPY pom.xml /app/',
    'ARG SLIPWAY_INSTALL_HASH',
    `${cache}slipway-install,mode=0444 ${readConfig('slipway-install')} mvn -B --fail-never dependency:go-offline`,
    'COPY . /app/',
    'ARG SLIPWAY_CONFIG_HASH',
  ]);
  const last = `${cache}slipway-config,mode=0444 ${readConfig('slipway-config')} set -e; mvn -B -DskipTests package; cd target; `;
  const built = lines[7] ?? '';
  assert.ok(built.startsWith(last), built);
  assert.match(
    built,
    /no main manifest attribute.*; cd \/app; rm -rf target\/classes .*'\*\.java' -type f -delete$/,
  );
  assert.equal(lines.length, 8);
  assert.match(
    runtime ?? '',
    /^FROM eclipse-temurin:17-jre AS runtime\nENV JAVA_OPTS=-XX:MaxRAMPercentage=75\n.*COPY --from=build --chown=1000:1000 \/app \/app\n.*CMD \["\/bin\/sh","-c","exec java \$JAVA_OPTS -jar target\/\*\.jar"\]\n$/s,
  );
  assert.deepEqual(plan.reasons, ['pom.xml found', 'built by the Maven of the image']);
  assert.deepEqual(plan.ignore, ['target']);
  assert.deepEqual(plan.warnings, []);
});

test('The version is the one that a file names, else the oldest long-lived that compiles what pom.xml asks for.', () => {
  const versionOf = (files: Record<string, string>, more = {}) => {
    const { version, from } = planOf({ ...plain, ...files }, { registry: true, ...more }).versions[0] ?? {};
    return `${version} ${from}`;
  };
  const properties = (text: string) => ({ 'pom.xml': pom(`<properties>${text}</properties>`) });
  assert.equal(versionOf({}), '17 pom.xml');
  assert.equal(versionOf({ 'pom.xml': pom('') }), '21 the default');
  assert.equal(versionOf(properties('<java.version>21</java.version>')), '21 pom.xml');
  assert.equal(versionOf(properties('<maven.compiler.source>1.8</maven.compiler.source>')), '8 pom.xml');
  assert.equal(versionOf(properties('<java.version>18</java.version>')), '21 pom.xml');
  const named = '<jdk>11</jdk><maven.compiler.release>${jdk}</maven.compiler.release>';
  assert.equal(versionOf(properties(named)), '11 pom.xml');
  assert.equal(versionOf(properties('<java.version>${java.version}</java.version>')), '21 the default');
  assert.equal(
    versionOf({ 'system.properties': '# x\njava.runtime.version = 21.0.2\n' }),
    '21 system.properties',
  );
  assert.equal(versionOf({ '.java-version': '1.8.0_392\n' }), '8 .java-version');
  assert.equal(versionOf({ '.java-version': 'openjdk64-11.0.2\n' }), '11 .java-version');
  assert.equal(versionOf({ '.java-version': '21' }, { wishes: { version: '>=25' } }), '25 app.json');
  assert.equal(versionOf({ '.sdkmanrc': 'maven=3.9\njava=11.0.21-tem\n' }), '11 .sdkmanrc');
  assert.equal(versionOf({ '.tool-versions': 'java temurin-25.0.1+9\n' }), '25 .tool-versions');
  assert.equal(versionOf({ '.java-version': '21' }, { wishes: { version: '25' } }), '25 app.json');
  assert.equal(versionOf({}, { registry: false }), '17 pom.xml');
  assert.throws(() => versionOf({ 'system.properties': 'java.runtime.version=21' }, { registry: false }), {
    code: 'E_BUILD_PLAN',
    message: 'system.properties asks for Java 21, which is not to be had here; there is 17',
  });
  assert.throws(() => versionOf(properties('<java.version>21</java.version>'), { registry: false }), {
    message: 'pom.xml asks for Java at least 21, which is not to be had here; there is 17',
  });
});

test('mvnw is used where it is whole and there is a way out, by sh as it may not be executable.', () => {
  const wrapper = { mvnw: '#!/bin/sh\n', '.mvn/wrapper/maven-wrapper.properties': 'distributionUrl=x\n' };
  const used = planOf({ ...plain, ...wrapper }, { registry: true });
  assert.ok(shown(used).includes('sh ./mvnw -B -DskipTests package'));
  assert.equal(used.reasons[1], 'built by mvnw, which downloads its Maven');
  assert.equal(used.stages[0]?.env?.['MAVEN_CONFIG'], '');
  const reasonOf = (files: Record<string, string>, registry = true) =>
    planOf({ ...plain, ...files }, { registry }).reasons[1];
  const image = 'built by the Maven of the image, as ';
  assert.equal(reasonOf({ mvnw: '' }), `${image}there is no .mvn/wrapper/maven-wrapper.properties`);
  assert.equal(
    reasonOf({ ...wrapper, mvnw: '#!/bin/sh\r\n' }),
    `${image}the lines of mvnw end as Windows has them`,
  );
  assert.match(reasonOf(wrapper, false) ?? '', /as mvnw downloads another, and this machine seems/);
});

test('The wishes of app.json and a settings.xml change the commands.', () => {
  const settings = planOf({ ...plain, 'settings.xml': '<settings/>' });
  assert.ok(shown(settings).includes('mvn -B -s settings.xml -DskipTests package'));
  const packages = { build: ['git'], run: ['fonts-dejavu'] };
  const wishes = { install: 'mvn -B validate', build: 'mvn -B verify', start: 'java -jar x.jar', packages };
  const plan = planOf(plain, { wishes });
  assert.deepEqual(
    runs(plan).map((line) => line.replace(/^apt.* (\S+) && rm.*/, '$1').replace(/^set -e; find .*/, 'find')),
    ['git', 'mvn -B validate', 'mvn -B verify', 'find', 'fonts-dejavu'],
  );
  assert.equal(plan.start, 'java -jar x.jar');
});

test('Frameworks are told their port, and what they make is found.', () => {
  const boot = planOf({ 'pom.xml': pom(spring) });
  assert.equal(boot.framework, 'Spring Boot');
  assert.equal(boot.start, 'java $JAVA_OPTS -Dserver.port=$PORT -jar target/*.jar');
  assert.equal(boot.stages[1]?.env?.['SERVER_SHUTDOWN'], 'graceful');
  const quarkus = plugin('${quarkus.platform.group-id}', 'quarkus-maven-plugin');
  const dependency = '<dependencies><dependency><groupId>io.quarkus</groupId></dependency></dependencies>';
  const start = (inside: string, files = {}) => planOf({ 'pom.xml': pom(inside), ...files }).start;
  assert.equal(
    start(quarkus + dependency),
    'java $JAVA_OPTS -Dquarkus.http.port=$PORT -jar target/quarkus-app/quarkus-run.jar',
  );
  const uber = { 'src/main/resources/application.properties': 'quarkus.package.jar.type=uber-jar\n' };
  assert.match(start(quarkus + dependency, uber) ?? '', /-jar target\/\*\.jar$/);
  assert.equal(
    start('<parent><groupId>io.micronaut.platform</groupId></parent>'),
    'java $JAVA_OPTS -Dmicronaut.server.port=$PORT -jar target/*.jar',
  );
  const parent = '<parent><groupId>org.springframework.boot</groupId></parent>';
  assert.match(planOf({ 'pom.xml': pom(parent) }).warnings[0]?.text ?? '', /no spring-boot-maven-plugin/);
});

test('A war is refused, unless Spring Boot makes it one that starts, or the Procfile starts a server.', () => {
  const war = (inside: string) => ({ 'pom.xml': pom(inside, '<packaging>war</packaging>') });
  assert.throws(() => planOf(war('')), {
    code: 'E_BUILD_PLAN',
    message: /makes a war, which needs a server/,
  });
  assert.match(planOf(war(spring)).start ?? '', /-jar target\/\*\.war$/);
  const procfile = { web: 'java -jar target/dependency/webapp-runner.jar target/*.war' };
  const plan = planOf(war(''), { procfile });
  assert.equal(plan.start, null);
  assert.ok(!runs(plan).some((line) => line.includes('rm -rf target')), 'all of target/ stays');
});

test('Of several modules the app is the one that makes a program, or the Procfile tells.', () => {
  const several = {
    'pom.xml': pom(
      '<modules><module>core</module><module>web/pom.xml</module></modules>',
      '<packaging>pom</packaging>',
    ),
    'core/pom.xml': pom(''),
    'web/pom.xml': pom(spring),
  };
  const plan = planOf(several);
  assert.equal(plan.start, 'java $JAVA_OPTS -Dserver.port=$PORT -jar web/target/*.jar');
  assert.ok(plan.reasons.includes('the app is the module web'));
  assert.deepEqual(plan.ignore, ['target', 'core/target', 'web/target']);
  assert.match(
    planDockerfile(plan),
    /\nCOPY pom\.xml \/app\/\nCOPY core\/pom\.xml \/app\/core\/\nCOPY web\/pom\.xml \/app\/web\/\n/,
  );
  const failing = {
    code: 'E_BUILD_PLAN',
    message: 'Nothing tells which of the modules is the app: core, web',
    hint: /^add a file Procfile/,
  };
  const both = { ...several, 'core/pom.xml': pom(spring) };
  const none = { ...several, 'web/pom.xml': pom('') };
  for (const files of [both, none]) assert.throws(() => planOf(files), failing);
  assert.equal(
    planOf(none, { wishes: { start: 'java -jar web/target/web.jar' } }).start,
    'java -jar web/target/web.jar',
  );
  const odd = pom('<modules><module>a&#10;b"\nUSER 0</module></modules>', '<packaging>pom</packaging>');
  assert.throws(() => planOf({ 'pom.xml': odd }), {
    code: 'E_BUILD_PLAN',
    message: /which is no plain name$/,
  });
  const { 'core/pom.xml': _core, ...gone } = several;
  assert.throws(() => planOf(gone), { code: 'E_BUILD_PLAN', message: /^There is no core\/pom\.xml/ });
});

test('Gradle is that of its wrapper, and the plugin tells what is made.', () => {
  const wrapper = {
    gradlew: '#!/bin/sh\n',
    'gradle/wrapper/gradle-wrapper.jar': 'x',
    'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://x/gradle-7.6.1-bin.zip\n',
    'settings.gradle': "rootProject.name = 'store'\nincludeBuild 'logic'\n",
  };
  const gradle = (text: string, files = {}) =>
    planOf({ ...wrapper, 'build.gradle': text, ...files }, { registry: true });
  const boot = gradle("plugins {\n  id 'org.springframework.boot' version '3.3.0'\n}\n");
  assert.deepEqual(shown(boot).slice(0, 2), [
    'sh ./gradlew --no-daemon --version',
    'sh ./gradlew --no-daemon :bootJar',
  ]);
  assert.equal(boot.stages[0]?.from, 'eclipse-temurin:17-jdk');
  assert.equal(boot.stages[1]?.from, 'eclipse-temurin:17-jre');
  assert.equal(boot.start, 'java $JAVA_OPTS -Dserver.port=$PORT -jar build/libs/*.jar');
  assert.deepEqual(boot.ignore, ['build']);
  assert.equal(gradle("plugins {\n  id 'application'\n}\n").start, 'build/install/store/bin/store');
  assert.equal(
    gradle('plugins {\n  id("io.micronaut.application")\n}\n').start,
    'JAVA_OPTS="$JAVA_OPTS -Dmicronaut.server.port=$PORT" build/install/store/bin/store',
  );
  assert.match(gradle("plugins { id 'com.gradleup.shadow' }").start ?? '', /-jar build\/libs\/\*\.jar$/);
  assert.match(
    gradle("plugins { id 'io.quarkus' }").start ?? '',
    /-jar build\/quarkus-app\/quarkus-run\.jar$/,
  );
  const stage = { procfile: { web: 'java -jar build/libs/x.jar' }, registry: true };
  const own = planOf({ ...wrapper, 'build.gradle': "task stage(dependsOn: ['jar'])\n" }, stage);
  assert.ok(shown(own).includes('sh ./gradlew --no-daemon stage'));
});

test('The Java of Gradle is that of its toolchain, else what its version runs on.', () => {
  const versionOf = (text: string, gradle?: string) => {
    const settings = {
      'gradle/wrapper/gradle-wrapper.properties': `distributionUrl=x/gradle-${gradle}-bin.zip`,
    };
    const wrapper = { gradlew: '', 'gradle/wrapper/gradle-wrapper.jar': '', ...settings };
    const files = { 'build.gradle.kts': text, ...(gradle === undefined ? {} : wrapper) };
    return planOf(files, { registry: true }).versions[0]?.version;
  };
  assert.equal(versionOf('java { toolchain { languageVersion = JavaLanguageVersion.of(25) } }'), '25');
  assert.equal(versionOf('kotlin { jvmToolchain(11) }'), '11');
  assert.equal(versionOf('java { sourceCompatibility = JavaVersion.VERSION_1_8 }'), '8');
  assert.equal(versionOf("targetCompatibility = '17'"), '17');
  assert.deepEqual(
    ['8.10', '8.4', '6.9', '4.10'].map((gradle) => versionOf('', gradle)),
    ['21', '17', '11', '8'],
  );
  assert.equal(versionOf(''), '21');
});

test('Without a whole wrapper the Gradle of an image builds, with a warning; projects below are looked at.', () => {
  const files = {
    'settings.gradle.kts':
      'rootProject.name = "shop"\n// include("old")\ninclude(\n  "lib",\n  ":apps:web",\n)\ninclude(":tool")\n',
    'build.gradle.kts': 'plugins {\n  id("org.springframework.boot") version "3.3.0" apply false\n}\n',
    'lib/build.gradle.kts': 'plugins {\n  `java-library`\n}\n',
    'tool/build.gradle.kts': 'plugins {\n  `java-library`\n}\n',
    'apps/web/build.gradle.kts': 'plugins {\n  application\n}\n',
    gradlew: '',
  };
  const plan = planOf(files, { registry: true });
  assert.equal(plan.stages[0]?.from, 'gradle:8-jdk21');
  assert.equal(shown(plan)[0], 'gradle --no-daemon :apps:web:installDist');
  assert.equal(plan.start, 'apps/web/build/install/web/bin/web');
  assert.match(
    plan.warnings[0]?.text ?? '',
    /^gradlew is not used, as there is no gradle\/wrapper\/gradle-wrapper\.jar/,
  );
  const { 'apps/web/build.gradle.kts': _web, ...libraries } = files;
  assert.throws(() => planOf(libraries, { registry: true }), {
    code: 'E_BUILD_PLAN',
    message: 'Nothing tells which of the modules is the app: lib, tool',
  });
  assert.throws(() => planOf(files), { code: 'E_BUILD_PLAN', message: /no image of Java to be had/ });
});

test('What is committed though it is made, and two build files, are told.', () => {
  const plan = planOf({ ...plain, 'target/shop.jar': '', 'build.gradle': '' });
  assert.deepEqual(
    plan.warnings.map(({ text }) => text),
    ['target/ is committed, and made anew here', 'there are pom.xml and build.gradle: Maven builds it'],
  );
});

test('A pom.xml that cannot be read is told with the place of the mistake.', () => {
  assert.throws(() => planOf({ 'pom.xml': '<project>\n<name>\n</project>' }), {
    code: 'E_BUILD_PLAN',
    message: 'pom.xml cannot be read: </project> closes nothing, at line 3',
  });
  assert.throws(() => planOf({ x: '' }, { wishes: { language: 'java' } }), {
    message: /^There is no pom\.xml/,
  });
});
