import { checkInput } from '../contract/check-input.ts';
import { renderFailure, renderLine } from '../contract/render.ts';
import { failureKind } from '../model/failures.ts';
import { outTo } from '../model/line.ts';
import type { Deps } from '../ops/deps.ts';
import { detach, queuedLines } from '../ops/detached-jobs.ts';
import { dispatch, shownFailure } from '../ops/dispatch.ts';
import { readText } from './read-text.ts';
import { dropRest, requestBody } from './request-body.ts';
import type { Exchange } from './server.ts';
import { writerTo } from './writer-to.ts';

/*
 * The two questions of the shell scripts between sshd and git (ssh/entry.sh, ssh/pre-receive.sh). Plain text, since
 * they have no more than curl: the scripts show what they get, line by line.
 */

/** May this key use this repository? Status 200: two lines, its path and its deploy branch (empty: none yet). */
export async function answerGitAuthorize(deps: Deps, exchange: Exchange): Promise<void> {
  const { request, response, signal } = exchange;
  try {
    const { actor } = exchange;
    const form = new URLSearchParams(await readText(request));
    const input = checkInput('git:authorize', Object.fromEntries(form));
    const out = outTo(() => {});
    const found = await dispatch(deps, { actor, out, signal, stdin: null }, { name: 'git:authorize', input });
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(`${found.repository}\n${found.deployBranch ?? ''}\n`);
  } catch (error) {
    const shown = shownFailure(deps, error);
    response.writeHead(failureKind(shown.code).status, { 'Content-Type': 'text/plain' });
    response.end(plain(renderFailure(shown, { color: false })));
  }
}

/**
 * Deploys the tree in the body. The lines are sent as they come. Success ends the body properly; failure cuts the
 * connection after the last line, which is how curl, and so the hook, can tell.
 */
export async function answerGitReceive(deps: Deps, exchange: Exchange): Promise<void> {
  const { request, response, signal, url } = exchange;
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
  const write = writerTo(response);
  try {
    const { actor } = exchange;
    const input = checkInput('git:receive', fields(url));
    const out = outTo((line) => write(`${renderLine(line, { color: false }).text}\n`));
    const call = { actor, out, signal, stdin: requestBody(request) };
    if (url.searchParams.has('detach'))
      for (const line of queuedLines(await detach(deps, call, { name: 'git:receive', input })))
        out[line.kind](line.text);
    else await dispatch(deps, call, { name: 'git:receive', input });
    response.end();
  } catch (error) {
    const last = plain(renderFailure(shownFailure(deps, error), { color: false }));
    await new Promise((resolve) => response.write(last, resolve));
    await dropRest(request);
    response.destroy();
  }
}

function plain(lines: readonly { readonly text: string }[]): string {
  return `${lines.map((line) => line.text).join('\n')}\n`;
}

function fields({ searchParams }: URL): Record<string, unknown> {
  const words = ['app', 'commit', 'branch', 'before'].map((name) => [name, searchParams.get(name)] as const);
  return { ...Object.fromEntries(words), rebuild: searchParams.has('rebuild') };
}
