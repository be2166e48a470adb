import { isOperation, rowOf } from '../contract/operations.ts';
import { checkInput } from '../contract/check-input.ts';
import { failureKind, failure } from '../model/failures.ts';
import { outTo } from '../model/line.ts';
import type { Deps } from '../ops/deps.ts';
import { detach } from '../ops/detached-jobs.ts';
import { dispatch, shownFailure } from '../ops/dispatch.ts';
import { answerCommand, answerCompletion } from './command-face.ts';
import { answerGitAuthorize, answerGitReceive } from './git-face.ts';
import { readJson } from './read-json.ts';
import { requestBody } from './request-body.ts';
import type { Answer, Exchange } from './server.ts';
import { answerSshCommand } from './ssh-face.ts';
import { bytesTo, writerTo } from './writer-to.ts';

/** All paths that slipwayd answers. The faces differ only in how words come in and lines go out. */
export function faces(deps: Deps): Answer {
  const paths: Readonly<Record<string, (deps: Deps, exchange: Exchange) => Promise<void>>> = {
    '/v1/command': answerCommand,
    '/v1/complete': answerCompletion,
    '/v1/git/authorize': answerGitAuthorize,
    '/v1/git/receive': answerGitReceive,
    '/v1/ssh/command': answerSshCommand,
  };
  return async (exchange) => {
    try {
      const { pathname } = exchange.url;
      const answer =
        paths[pathname] ?? (pathname.startsWith('/v1/operations/') ? answerOperation : answerNothing);
      await (exchange.request.method === 'POST' ? answer : answerNothing)(deps, exchange);
    } catch (error) {
      answerFailure(deps, exchange, error);
    }
  };
}

/**
 * POST /v1/operations/NAME with the input as JSON: a stream of JSON lines, the last one the result or the failure. With
 * `?detach` it is queued, and the result is its job.
 */
async function answerOperation(deps: Deps, exchange: Exchange): Promise<void> {
  const { request, response, actor, signal, url } = exchange;
  const name = url.pathname.slice('/v1/operations/'.length).replaceAll('%3A', ':');
  if (!isOperation(name)) throw failure('E_COMMAND_UNKNOWN', `There is no operation ${name}`);
  const raw = await readJson(exchange);
  const input = checkInput(name, raw);
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  const write = writerTo(response);
  const send = (message: object) => write(`${JSON.stringify(message)}\n`);
  try {
    const out = outTo((line) => send({ t: 'line', ...line }));
    const stdin = rowOf(name).stdin ? requestBody(request) : null;
    const call = { actor, out, signal, stdin, terminal: null, bytes: bytesTo(response, signal) };
    const value = url.searchParams.has('detach')
      ? { job: (await detach(deps, call, { name, input: raw })).id }
      : await dispatch(deps, call, { name, input });
    send({ t: 'result', value });
  } catch (error) {
    const { code, message, hint, detail } = shownFailure(deps, error);
    send({ t: 'failure', code, message, hint, detail });
  }
  response.end();
}

async function answerNothing(_deps: Deps, { request, url }: Exchange): Promise<void> {
  throw failure('E_NOT_FOUND', `There is nothing at ${request.method ?? ''} ${url.pathname}`);
}

function answerFailure(deps: Deps, { response }: Exchange, error: unknown): void {
  const shown = shownFailure(deps, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(failureKind(shown.code).status, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify({
      t: 'failure',
      code: shown.code,
      message: shown.message,
      hint: shown.hint,
      detail: shown.detail,
    }),
  );
}
