import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

const server = `
const { createServer } = require('node:http');
const { text } = require('./text.json');
if (text === 'broken') { console.log('cannot go on'); process.exit(3); }
createServer((request, response) => {
  console.log(text + ' asked for ' + request.url + ' by ' + request.headers['x-request-id']);
  response.end(request.headers['x-request-id']);
}).listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => { console.log(text + ' says goodbye'); process.exit(0); });
`;

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('first', { 'server.js': server }));
  await pushed(0);
});
after(() => sandbox?.stop());

async function pushed(code: number): Promise<void> {
  const done = await sandbox.push(repository, 'shop');
  assert.equal(done.code === 0, code === 0, done.output);
}

async function version(text: string): Promise<void> {
  await sandbox.commit(repository, { 'text.json': JSON.stringify({ text }) });
}

async function lines(...flags: readonly string[]): Promise<readonly string[]> {
  const text = await sandbox.ok('logs', 'shop', '-n', '10000', ...flags);
  return text.split('\n').filter((line) => line !== '');
}

/** `/n1`, ... of the lines that tell of requests, as the app and as the router say it. */
async function asked(process: string): Promise<readonly string[]> {
  return (await lines('-p', process, '--grep', '/n'))
    .map((line) => /\/n\d+/.exec(line)?.[0] ?? '')
    .toSorted();
}

async function ask(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1) await sandbox.get('shop', `/n${at}?secret=hidden`);
}

const wanted = (count: number) => Array.from({ length: count }, (_, at) => `/n${at}`).toSorted();

/** Each request is told once by both. */
async function complete(count: number): Promise<void> {
  await eventually(async () => (await asked('router')).length >= count);
  assert.deepEqual(await asked('router'), wanted(count));
  assert.deepEqual(await asked('web'), wanted(count));
}

test('what a process printed is shown after a deploy took it away, to its last line', async () => {
  await ask(0, 20);
  await complete(20);
  await version('second');
  await pushed(0);
  await ask(20, 30);
  await eventually(async () => (await lines('--grep', 'first says goodbye')).length > 0);
  await complete(30);
  assert.equal((await lines('--grep', 'first says goodbye')).length, 1);
});

test('a killed slipwayd leaves no gap and no line twice', async () => {
  await sandbox.stopDaemon('SIGKILL');
  await ask(30, 60);
  await sandbox.startDaemon();
  await ask(60, 70);
  await complete(70);
  await sandbox.stopDaemon('SIGTERM');
  await ask(70, 80);
  await sandbox.startDaemon();
  await complete(80);
});

test('the lines of one request are found by its id, the router and the app among them', async () => {
  const id = (await sandbox.get('shop', '/joined?token=s3cret')).body;
  await eventually(async () => (await lines('--request', id)).length === 2);
  const found = (await lines('--request', id)).toSorted((a, b) => a.indexOf('app[') - b.indexOf('app['));
  assert.match(
    found.join('\n'),
    new RegExp(
      `Z router: GET /joined 200 \\d+ms \\d+B web\\.1 request=${id} host=shop\\.localhost client=127\\.0\\.0\\.1\n.*Z app\\[web\\.1\\]: second asked for .* by ${id}$`,
    ),
  );
  assert.doesNotMatch((await lines('-p', 'router')).join('\n'), /s3cret|hidden/);
});

test('lines are chosen by time', async () => {
  const all = await lines();
  const [middle = ''] = (all[Math.floor(all.length / 2)] ?? '').split(' ');
  const [before, since] = [await lines('--until', middle), await lines('--since', middle)];
  assert.ok(before.length > 0 && since.length > 0);
  assert.deepEqual([...before, ...since], await lines());
  assert.deepEqual(await lines('--until', '1d'), []);
});

test('what the processes of a failed deploy printed is kept', async () => {
  await version('broken');
  await pushed(1);
  const text = await sandbox.ok('logs:failed', 'shop');
  assert.match(text, /E_PROCESS_EXITED/);
  assert.match(text, /app\[web\.1\]: cannot go on/);
});

test('an app without router lines has none from then on', async () => {
  const before = (await lines('-p', 'router')).length;
  await sandbox.ok('logs:set', 'shop', 'router-lines', 'false');
  await ask(80, 90);
  await eventually(async () => (await asked('web')).length === 90);
  await sandbox.ok('logs:set', 'shop', 'router-lines');
  await sandbox.get('shop', '/again');
  await eventually(async () => (await lines('-p', 'router', '--grep', '/again')).length === 1);
  assert.equal((await lines('-p', 'router')).length, before + 1);
});
