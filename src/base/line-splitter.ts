export interface LineSplitter {
  push(chunk: string): void;
  /** Gives the last line, where it has no newline. */
  end(): void;
}

/** Cuts chunks of text into lines; `\r\n` and `\n` end a line. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    push(chunk) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
