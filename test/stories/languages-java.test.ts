import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../machine/app-source.ts';
import { eventually } from '../machine/eventually.ts';
import { drains, pushedApp, pushedChange, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

const app = 'java-maven';
const code = 'src/main/java/hello/Server.java';

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(['maven:3-eclipse-temurin-17', 'eclipse-temurin:17-jre']);
});
after(() => sandbox?.stop());

test('Java by Maven: pushed, answers as nobody in particular, drains, and is built anew from the code alone', async () => {
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as java: pom\.xml found/);
  assert.match(output, /Java 17, as pom\.xml asks for at least 17/);
  assert.match(output, /web starts with: java \$JAVA_OPTS -jar target\/\*\.jar/);
  assert.equal((await sandbox.get(app)).body, 'hello from java as 1000');
  await drains(sandbox, app, { answer: /^hello from java as 1000$/ });
  await eventually(async () => (await sandbox.ok('logs', app, '-n', '50')).includes('drained'));
  const { [code]: server = '' } = await appSource(app);
  const files = { [code]: server.replace('from java', 'again from java') };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*dependency:go-offline/);
  assert.doesNotMatch(again, /CACHED .*-DskipTests package/);
  assert.equal((await sandbox.get(app)).body, 'hello again from java as 1000');
});
