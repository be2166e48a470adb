import type { Readable } from 'node:stream';
import { lineSplitter } from '../base/line-splitter.ts';
import { Failure } from '../base/failure.ts';
import { type CommandMessage, type CommandRequest, decodeCommandMessage } from '../contract/message.ts';
import { failure } from '../model/failures.ts';
import { unixPost } from './unix-post.ts';

/** Where slipwayd listens, and as whom we come. */
export interface Door {
  readonly socketPath: string;
  /** Name of the SSH key, at the door for keys; root's own door takes none. */
  readonly key?: string | undefined;
}

export interface CommandOptions extends Omit<CommandRequest, 'words'> {
  /** Sent along, for a command that reads standard input. */
  readonly stdin?: Readable | undefined;
  /** Closes the connection, which cancels the command. */
  readonly signal?: AbortSignal | undefined;
  /** What the answer waits for before more of it is read: a slow reader of what was printed. */
  readonly room?: (() => Promise<unknown> | undefined) | undefined;
}

/** How a command came out: its exit status, or what must be typed before anything is done. */
export type Outcome = Extract<CommandMessage, { t: 'end' | 'confirm' }>;

/** Calls of slipwayd. They throw what unixPost throws, and the Failure that slipwayd answers instead of beginning. */
export class Client {
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  /** Runs a command as it was typed; `onMessage` gets its lines as they come. */
  async command(
    words: readonly string[],
    options: CommandOptions,
    onMessage: (message: CommandMessage) => void,
  ): Promise<Outcome> {
    const { stdin, signal, room, ...asked } = options;
    let outcome: Outcome | undefined;
    await this.#post('/v1/command', { words, ...asked } satisfies CommandRequest, {
      stdin,
      signal,
      room,
      onLine: (line) => {
        const message = decodeCommandMessage(line);
        if (message.t === 'confirm' || (message.t === 'end' && outcome === undefined)) outcome = message;
        onMessage(message);
      },
    });
    if (outcome === undefined) throw failure('E_DAEMON_DOWN', 'slipwayd broke off its answer');
    return outcome;
  }

  /** What could stand in place of the last word. */
  async complete(words: readonly string[]): Promise<readonly string[]> {
    let answer = '';
    await this.#post('/v1/complete', { words }, { onLine: (line) => (answer += line) });
    const found: unknown = JSON.parse(answer);
    return Array.isArray(found) ? found.map(String) : [];
  }

  /** The request goes as the body, or in a header where standard input is the body. */
  async #post(path: string, request: object, how: PostOptions): Promise<void> {
    const json = JSON.stringify(request);
    const { stdin, signal, onLine, room } = how;
    const content = stdin
      ? {
          'Content-Type': 'application/octet-stream',
          'Slipway-Command': Buffer.from(json).toString('base64url'),
        }
      : { 'Content-Type': 'application/json' };
    const key = this.#door.key === undefined ? {} : { 'Slipway-Key': this.#door.key };
    const text = new TextDecoder();
    const refusal: string[] = [];
    let refused = false;
    const lines = lineSplitter((line) => (refused ? refusal.push(line) : onLine(line)));
    const head = await unixPost(
      {
        socketPath: this.#door.socketPath,
        path,
        headers: { ...content, ...key },
        body: stdin ?? json,
        signal,
      },
      (bytes, { status }) => {
        refused = status !== 200;
        lines.push(text.decode(bytes, { stream: true }));
        return room?.();
      },
    );
    lines.end();
    if (head.status !== 200) throw failureFrom(refusal.join('\n'));
  }
}

/** The Failure in an answer that is one JSON object; any other answer, as a bug. */
function failureFrom(answer: string): Error {
  const fields = parsed(answer);
  if (typeof fields['code'] !== 'string' || typeof fields['message'] !== 'string') {
    return new Error(`slipwayd gave an answer that is not understood: ${answer.slice(0, 200)}`);
  }
  const hint = typeof fields['hint'] === 'string' ? fields['hint'] : undefined;
  const detail = Array.isArray(fields['detail']) ? fields['detail'].map(String) : [];
  return new Failure(fields['code'], fields['message'], { hint, detail });
}

function parsed(answer: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(answer) as object) };
  } catch {
    return {}; // Not JSON: said by the caller, with the answer itself.
  }
}

interface PostOptions {
  readonly stdin?: Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly room?: CommandOptions['room'];
  readonly onLine: (line: string) => void;
}
