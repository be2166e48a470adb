import type { CommandMessage } from '../contract/message.ts';
import { rowOf } from '../contract/operations.ts';
import { parseCommand } from '../contract/parse-command.ts';
import { Failure } from '../base/failure.ts';
import { splitShellWords } from '../model/shell-words.ts';
import type { Deps } from '../ops/deps.ts';
import { tellCommand } from './command-face.ts';
import { readText } from './read-text.ts';
import type { Exchange } from './server.ts';

/** What ssh/entry.sh shall leave to the CLI, which asks anew; nothing was done yet. */
const byCli = 'cli\n';

/** Longest text that a shell shall show, in characters: it reads an answer in small pieces. */
const longestText = 64 * 1024;

/**
 * POST /v1/ssh/command: a command as the ssh client sent it, and a newline. For ssh/entry.sh, which has no more than curl
 * to understand the answer: the whole text, then a line that says where the text goes and the exit status, `out 0` or
 * `err 20`. What may change something, takes long or goes to both is the line `cli`.
 */
export async function answerSshCommand(deps: Deps, exchange: Exchange): Promise<void> {
  const { response, url } = exchange;
  const words = quickWords((await readText(exchange.request)).replace(/\n$/, ''));
  const color = url.searchParams.get('color') === 'true';
  const answer = words ? await shortAnswer(deps, exchange, { words, color }) : byCli;
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(answer);
}

/** The words of a command that shows something at once, without input; undefined for any other, also a wrong one. */
function quickWords(line: string): readonly string[] | undefined {
  try {
    const words = splitShellWords(line);
    const command = parseCommand(words);
    if (command.kind === 'help') return words;
    if (command.kind !== 'run') return undefined;
    const { mutates, lasts, hidden, stdin } = rowOf(command.name);
    return mutates || lasts || hidden || stdin ? undefined : words;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function shortAnswer(
  deps: Deps,
  exchange: Exchange,
  { words, color }: { readonly words: readonly string[]; readonly color: boolean },
): Promise<string> {
  const messages: CommandMessage[] = [];
  const request = { words: [...words], color };
  await tellCommand(deps, exchange, { request, send: (message) => messages.push(message) });
  return oneText(messages) ?? byCli;
}

/** Undefined for what goes to both outputs, or is nothing for a variable of a shell: long, or with a NUL. */
function oneText(messages: readonly CommandMessage[]): string | undefined {
  const [end] = messages.slice(-1);
  const lines = messages.flatMap((message) => (message.t === 'out' || message.t === 'err' ? message : []));
  const to = lines[0]?.t ?? 'out';
  const text = lines.map((line) => `${line.text}\n`).join('');
  if (end?.t !== 'end' || lines.some((line) => line.t !== to)) return undefined;
  return text.length > longestText || text.includes('\0') ? undefined : `${text}${to} ${end.exit}\n`;
}
