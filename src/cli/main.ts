import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Failure, messageOf, systemCode } from '../base/failure.ts';
import { Client, type CommandOptions } from '../client/client.ts';
import { renderFailure } from '../contract/render.ts';
import { failure, failureKind } from '../model/failures.ts';
import { checkEncoding, isConversation, sendsStdin, takeFiles, takeFolder } from './command-words.ts';
import { chooseFace, type Face } from './face.ts';
import { endQuietlyWithoutReader, endWithParent, exitWith, look, readLine } from './terminal.ts';

/*
 * slipway: words in, lines out. What the words mean is decided by slipwayd. The kernel closes the connection when this
 * process ends, for whatever reason, and that cancels the command.
 */

endQuietlyWithoutReader();
run(process.argv.slice(2)).catch(reportError).then(exitWith);

async function run(typed: readonly string[]): Promise<number> {
  const face = chooseFace(typed, process.env, existsSync);
  checkEncoding(face.words);
  const { words, stdin } = await takeLocal(face);
  if (face.to === 'remote') {
    const { runRemotely } = await import('./remote.ts'); // 3 ms that only this way is worth
    return runRemotely(words, stdin);
  }
  process.on('SIGINT', () => process.exit(130));
  if (face.overSsh) endWithParent();
  const client = new Client(face.door);
  if (words[0] === '__complete') return complete(client, words.slice(1));
  return command(client, words, stdin === undefined ? await standardInput(words) : { stdin });
}

/** What the request has of standard input. */
async function standardInput(words: readonly string[]): Promise<Input> {
  if (isConversation(words) && process.stdin.isTTY && process.stdout.isTTY) {
    const { rawTerminal } = await import('./raw-terminal.ts'); // few commands need it
    return rawTerminal();
  }
  return sendsStdin(words, () => process.stdin.isTTY) ? { stdin: process.stdin } : {};
}

type Input = Pick<CommandOptions, 'stdin' | 'terminal'>;

/** Runs it, asking what it wants to have confirmed. */
async function command(client: Client, words: readonly string[], input: Input): Promise<number> {
  let confirm: { confirm?: string } = {};
  for (;;) {
    const outcome = await client.command(words, { ...look(), ...confirm, ...input, room }, (message) => {
      if (message.t === 'out') process.stdout.write(`${message.text}\n`);
      if (message.t === 'err') process.stderr.write(`${message.text}\n`);
      if (message.t === 'bytes') process.stdout.write(message.data, 'base64');
    });
    if (outcome.t === 'end') return outcome.exit;
    process.stderr.write(`${outcome.lines.join('\n')}\n> `);
    const line = await readLine(process.stdin);
    if (line === undefined)
      throw failure('E_NOT_CONFIRMED', 'The question was not answered', { hint: 'add --force' });
    confirm = { confirm: line.trim() };
  }
}

/** Standard output may be a pipe whose reader is slow. */
function room(): Promise<unknown> | undefined {
  return process.stdout.writableNeedDrain ? once(process.stdout, 'drain') : undefined;
}

/** Prints what could stand in place of the last word; a shell that asks for it wants no failures. */
async function complete(client: Client, words: readonly string[]): Promise<number> {
  const found = await client.complete(words).catch(() => []);
  for (const word of found) process.stdout.write(`${word}\n`);
  return 0;
}

/** What is named on a command line of this machine's files is sent as standard input. */
async function takeLocal(face: Face): Promise<{ words: readonly string[]; stdin: Readable | undefined }> {
  const { words, files } = takeFiles(face.words);
  if (files.length > 0) return { words, stdin: await openFiles(files, face) };
  const { words: packed, folder } = takeFolder(words);
  if (folder === null) return { words, stdin: undefined };
  refuseOverSsh(folder, face, 'send it as input: tar -c . | ssh ... builder:plan --');
  const { packFolder } = await import('./pack-folder.ts'); // few commands need it
  return { words: packed, stdin: await packFolder(folder) };
}

/** A file that is named on a command line is one of the machine where it was typed. */
function refuseOverSsh(path: string, face: Face, hint: string): void {
  if (face.to === 'door' && face.overSsh)
    throw failure('E_INPUT', `${path} is a file of your machine`, { hint });
}

/** One after the other, each on lines of its own. */
async function openFiles(paths: readonly string[], face: Face): Promise<Readable> {
  return Readable.from(joined(await Promise.all(paths.map((path) => openFile(path, face)))));
}

async function* joined(parts: readonly AsyncIterable<unknown>[]): AsyncGenerator<unknown> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) yield '\n';
    yield* part;
  }
}

async function openFile(path: string, face: Face): Promise<Readable> {
  refuseOverSsh(path, face, 'send it as input: ssh ... < FILE');
  const stream = createReadStream(path);
  await new Promise((resolve, reject) => {
    stream.once('open', resolve);
    stream.once('error', (cause) =>
      reject(failure('E_INPUT', `${path} cannot be read: ${systemCode(cause)}`, { cause })),
    );
  });
  return stream;
}

function reportError(error: unknown): number {
  const known = error instanceof Failure ? error : failure('E_INTERNAL', messageOf(error), { cause: error });
  const color = process.stderr.isTTY === true && !process.env['NO_COLOR'];
  for (const { text } of renderFailure(known, { color })) process.stderr.write(`${text}\n`);
  return failureKind(known.code).exit;
}
