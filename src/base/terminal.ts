/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal that somebody sits at, elsewhere: what a program has to know that runs in it. */
export interface Terminal {
  /** Its kind, as the variable TERM names it. */
  readonly kind: string;
  readonly size: TerminalSize;
  /** Called with each other size that it gets. */
  onResize(listener: (size: TerminalSize) => void): void;
}
