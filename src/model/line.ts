/** One line of progress for a person. How it looks is decided in contract/render.ts. */
export interface Line {
  readonly kind: LineKind;
  readonly text: string;
}

/** step `----->`, header `=====>`, detail seven spaces, warning ` !     ` (stderr), out: as it is. */
export type LineKind = 'step' | 'header' | 'detail' | 'warning' | 'out';

/** Where an operation writes its progress while it works. */
export interface Out {
  step(text: string): void;
  header(text: string): void;
  detail(text: string): void;
  warning(text: string): void;
  out(text: string): void;
}

/** An Out over a function that takes lines. A text with newlines becomes several lines. */
export function outTo(sink: (line: Line) => void): Out {
  const write = (kind: LineKind) => (text: string) => {
    for (const part of text.split('\n')) sink({ kind, text: part });
  };
  return {
    step: write('step'),
    header: write('header'),
    detail: write('detail'),
    warning: write('warning'),
    out: write('out'),
  };
}

export const silent: Out = outTo(() => {});
