import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../../../../../test/machine/app-source.ts';
import { ensureBaseImages } from '../../../../../test/machine/base-images.ts';
import { failureOf, TrialBuilds } from '../../../../../test/machine/trial-builds.ts';
import { noWishes } from '../../../../model/build-wishes.ts';

const trial = new TrialBuilds();

before(() => ensureBaseImages(trial.docker, ['maven:3-eclipse-temurin-17', 'eclipse-temurin:17-jre']));
after(() => trial.close());

/** Builds files with the settings of the app of test/apps, by which Maven needs no network. */
async function trialOf(files: Readonly<Record<string, string>>) {
  const { '.mvn/maven.config': config = '', 'app.json': text = '' } = await appSource('java-maven');
  const { build } = JSON.parse(text) as { build: { packages: { build: string[] } } };
  const packages = { build: [...build.packages.build, 'libmaven-shade-plugin-java'], run: [] };
  return trial.of({ ...files, '.mvn/maven.config': config }, { wishes: { ...noWishes, packages } });
}

const head = '<modelVersion>4.0.0</modelVersion>';
const own = (name: string) => `<groupId>shop</groupId><artifactId>${name}</artifactId><version>1</version>`;
const release = '<properties><maven.compiler.release>17</maven.compiler.release></properties>';
const parent = `<parent>${own('shop')}</parent>`;
const shade = `<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-shade-plugin</artifactId><version>3.4.1</version>
<executions><execution><phase>package</phase><goals><goal>shade</goal></goals><configuration><transformers>
<transformer implementation="org.apache.maven.plugins.shade.resource.ManifestResourceTransformer"><mainClass>web.Main</mainClass></transformer>
</transformers></configuration></execution></executions></plugin></plugins></build>`;

const modules = {
  'pom.xml': `<project>${head}${own('shop')}<packaging>pom</packaging><modules><module>core</module><module>web</module></modules>${release}</project>`,
  'core/pom.xml': `<project>${head}${parent}<artifactId>core</artifactId></project>`,
  'core/src/main/java/core/Text.java':
    'package core; public class Text { public static String text = "core"; }',
  'web/pom.xml': `<project>${head}${parent}<artifactId>web</artifactId><dependencies><dependency>${own('core')}</dependency></dependencies>${shade}</project>`,
  'web/src/main/java/web/Main.java':
    'package web; public class Main { public static void main(String[] a) { System.out.println(core.Text.text + Runtime.getRuntime().maxMemory()); } }',
};

test('Of several modules the one with a program is started, with the code of the others in its jar.', async () => {
  const { request } = await trialOf(modules);
  const { id, processes } = await trial.detecting().build(request);
  assert.equal(processes?.['web'], 'java $JAVA_OPTS -jar web/target/*.jar');
  const started = `exec ${processes['web']}`;
  const output = await trial.outputOf(id, 'sh', '-c', started);
  assert.match(output, /^core\d+\n$/);
  const small = await trial.outputOf(id, 'sh', '-c', `export JAVA_OPTS=-Xmx64m; ${started}`);
  assert.equal(small, `core${64 * 1024 ** 2}\n`);
  assert.equal(
    await trial.outputOf(id, 'sh', '-c', 'ls web/target; find . -name "*.java"; id -u'),
    'web-1.jar\n1000\n',
  );
});

test('A jar that nothing starts fails the build, with what to do.', async () => {
  const pom = `<project>${head}${own('shop')}${release}</project>`;
  const { request } = await trialOf({ 'pom.xml': pom, 'src/main/java/A.java': 'class A { }' });
  const { code, hint, detail } = await failureOf(trial.detecting().build(request));
  assert.equal(code, 'E_BUILD_FAILED');
  assert.match(hint ?? '', /<mainClass>/);
  assert.match(detail.join('\n'), /no main manifest attribute, in shop-1\.jar/);
});
