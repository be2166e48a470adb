import { z } from 'zod';
import { checkInput } from '../contract/check-input.ts';
import { complete } from '../contract/completion.ts';
import { completionScript } from '../contract/completion-scripts.ts';
import { openQuestion, questionLines } from '../contract/confirmation.ts';
import { helpLines } from '../contract/help.ts';
import { encodeMessage, type CommandMessage } from '../contract/message.ts';
import { mostCharacters, terminalKind } from '../contract/terminal-message.ts';
import { type OperationName, rowOf } from '../contract/operations.ts';
import { parseCommand, type Command, type RunCommand } from '../contract/parse-command.ts';
import { exitOf, present } from '../contract/present.ts';
import { isShown, renderFailure, renderLine } from '../contract/render.ts';
import type { Actor } from '../model/access.ts';
import { failure, failureKind } from '../model/failures.ts';
import { outTo, type Line } from '../model/line.ts';
import type { Call, Deps } from '../ops/deps.ts';
import { detach, queuedLines } from '../ops/detached-jobs.ts';
import { dispatch, shownFailure } from '../ops/dispatch.ts';
import { lookup } from './lookup.ts';
import { parseJson, readJson } from './read-json.ts';
import { decodeText, readText } from './read-text.ts';
import { requestBody } from './request-body.ts';
import type { Exchange } from './server.ts';
import { terminalBody } from './terminal-body.ts';
import { bytesTo, writerTo } from './writer-to.ts';

const commandRequest = z.object({
  words: z.array(z.string()).max(10_000),
  confirm: z.string().optional(),
  color: z.boolean().default(false),
  terminal: z
    .object({
      kind: z.string().regex(terminalKind),
      columns: z.number().int().min(1).max(mostCharacters),
      rows: z.number().int().min(1).max(mostCharacters),
    })
    .optional(),
});

export type CommandRequest = z.infer<typeof commandRequest>;

/** One command: what was asked, by whom, and where its lines go. */
interface Session {
  readonly deps: Deps;
  readonly exchange: Exchange;
  readonly actor: Actor;
  readonly request: CommandRequest;
  readonly send: (message: CommandMessage) => void;
}

/** POST /v1/command: the words of a command line in, its lines out, the exit status as the last message. */
export async function answerCommand(deps: Deps, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  const request = checkRequest(await readRequest(exchange));
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  const write = writerTo(response);
  await tellCommand(deps, exchange, { request, send: (message) => write(encodeMessage(message)) });
  response.end();
}

/** Runs a command and sends what it tells, a failure included; the last message is the exit status or a question. */
export async function tellCommand(
  deps: Deps,
  exchange: Exchange,
  { request, send }: Pick<Session, 'request' | 'send'>,
): Promise<void> {
  try {
    await runSession({ deps, exchange, actor: exchange.actor, request, send });
  } catch (error) {
    const shown = shownFailure(deps, error);
    for (const { to, text } of renderFailure(shown, request)) send({ t: to, text });
    send({ t: 'end', exit: failureKind(shown.code).exit });
  }
}

/** POST /v1/complete: the words so far in, what the last one may become out. */
export async function answerCompletion(deps: Deps, exchange: Exchange): Promise<void> {
  const { words } = checkRequest(await readJson(exchange));
  const candidates = await complete(words, lookup(deps, exchange.actor));
  exchange.response.writeHead(200, { 'Content-Type': 'application/json' });
  exchange.response.end(JSON.stringify(candidates));
}

/** The words stand in the body, or in a header where standard input is the body. */
async function readRequest(exchange: Exchange): Promise<unknown> {
  const header = exchange.request.headers['slipway-command'];
  if (typeof header !== 'string') return readJson(exchange);
  return parseJson(decodeText(Buffer.from(header, 'base64url')));
}

function checkRequest(value: unknown): CommandRequest {
  const result = commandRequest.safeParse(value);
  if (result.success) return result.data;
  throw failure('E_INPUT', 'The request is no command: {"words": ["apps:list"], "color": false}');
}

async function runSession(session: Session): Promise<void> {
  const command = parseCommand(session.request.words);
  if (command.kind === 'run') return runCommand(session, command);
  for (const line of await told(session, command)) sendLine(session, line, false);
  session.send({ t: 'end', exit: 0 });
}

/** What is told of the table itself. */
async function told(
  { deps, actor }: Session,
  command: Exclude<Command, RunCommand>,
): Promise<readonly Line[]> {
  if (command.kind === 'help') return helpLines(command.topic);
  if (command.kind === 'completion') return [asOut(completionScript(command.shell).trimEnd())];
  return (await complete(command.words, lookup(deps, actor))).map(asOut);
}

async function runCommand(session: Session, command: RunCommand): Promise<void> {
  const { deps, exchange, actor, request, send } = session;
  const raw = await withPipedText(session, command);
  const input = checkInput(command.name, raw);
  const question = openQuestion(command.name, input, { force: command.force, typed: request.confirm });
  if (question) {
    const lines = questionLines(question).map((line) => renderLine(line, request).text);
    send({ t: 'confirm', expect: question.expect, lines });
    return;
  }
  // What is JSON is read by a program, which wants that and nothing else on standard output.
  const isTold = (line: Line) => command.format === 'text' || line.kind === 'warning';
  const out = outTo((line) => isTold(line) && sendLine(session, line, command.quiet));
  const bytes = bytesTo(exchange.response, exchange.signal);
  const call = { actor, out, signal: exchange.signal, ...typedIn(session, command.name), bytes };
  if (command.detach) {
    const job = await detach(deps, call, { name: command.name, input: raw });
    for (const line of queuedLines(job)) sendLine(session, line, command.quiet);
    send({ t: 'end', exit: 0 });
    return;
  }
  const output = await dispatch(deps, call, { name: command.name, input });
  const how = { format: command.format, quiet: command.quiet, info: command.info, now: deps.clock.now() };
  for (const line of present({ name: command.name, input, output }, how))
    sendLine(session, line, command.quiet);
  send({ t: 'end', exit: exitOf({ name: command.name, output }) });
}

/** What comes by standard input, and the terminal that it is typed in. */
function typedIn({ exchange, request }: Session, name: OperationName): Pick<Call, 'stdin' | 'terminal'> {
  const { stdin, terminal } = rowOf(name);
  if (!stdin || !hasPipe(exchange)) return { stdin: null, terminal: null };
  const body = requestBody(exchange.request);
  if (!terminal || !request.terminal) return { stdin: body, terminal: null };
  const { kind, ...size } = request.terminal;
  const opened = terminalBody(body, { kind, size });
  return { stdin: opened.keys, terminal: opened.terminal };
}

async function withPipedText(
  { exchange }: Session,
  { input, stdinField, name }: RunCommand,
): Promise<Readonly<Record<string, unknown>>> {
  if (stdinField === null) return input;
  if (!hasPipe(exchange))
    throw failure('E_INPUT', `${name} reads standard input, and nothing is piped in`, {
      hint: `slipway ${rowOf(name).examples[0]}`,
    });
  return { ...input, [stdinField]: await readText(exchange.request) };
}

function hasPipe({ request }: Exchange): boolean {
  return typeof request.headers['slipway-command'] === 'string';
}

function sendLine({ send, request }: Session, line: Line, quiet: boolean): void {
  if (!isShown(line, quiet)) return;
  const { to, text } = renderLine(line, request);
  send({ t: to, text });
}

function asOut(text: string): Line {
  return { kind: 'out', text };
}
