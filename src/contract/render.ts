import type { Line, LineKind } from '../model/line.ts';

export interface Look {
  /** Only where a terminal shows it. */
  readonly color: boolean;
}

export interface Rendered {
  /** Standard output or standard error. */
  readonly to: 'out' | 'err';
  /** Without the newline at the end. */
  readonly text: string;
}

const prefixes: Readonly<Record<LineKind, string>> = {
  step: '-----> ',
  header: '=====> ',
  detail: '       ',
  warning: ' !     ',
  out: '',
};

/** SGR sequences of ECMA-48: bold, red. */
const colors: Readonly<Partial<Record<LineKind, string>>> = {
  step: '\x1b[1m',
  header: '\x1b[1m',
  warning: '\x1b[31m',
};
const reset = '\x1b[0m';

/** A line as a terminal shows it, in the prefixes that Dokku's users know. */
export function renderLine(line: Line, look: Look): Rendered {
  const prefix = prefixes[line.kind];
  const plain =
    prefix === ''
      ? line.text
      : line.text
          .split('\n')
          .map((part) => (prefix + part).trimEnd())
          .join('\n');
  const color = look.color ? colors[line.kind] : undefined;
  return {
    to: line.kind === 'warning' ? 'err' : 'out',
    text: color === undefined ? plain : color + plain + reset,
  };
}

/** Whether a line is shown: headers drop with --quiet. */
export function isShown(line: Line, quiet: boolean): boolean {
  return !(quiet && line.kind === 'header');
}

/** What a Failure carries, also after it came over the wire. */
export interface ShownFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly detail?: readonly string[] | undefined;
}

/** A failure as lines: the code and what happened, what is known of it, what to do. */
export function failureLines({ code, message, hint, detail = [] }: ShownFailure): readonly Line[] {
  // Scripts written for Dokku compare this one line.
  if (code === 'E_APP_MISSING') return [{ kind: 'warning', text: message }];
  const lines = [
    `${code}: ${message}`,
    ...detail.map((text) => `  ${text}`),
    ...(hint ? [`Fix: ${hint}`] : []),
  ];
  return lines.map((text) => ({ kind: 'warning', text }));
}

/** A failure as a terminal shows it, all on standard error. */
export function renderFailure(failure: ShownFailure, look: Look): readonly Rendered[] {
  return failureLines(failure).map((line) => renderLine(line, look));
}
