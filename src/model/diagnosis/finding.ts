/** One thing that was looked at, and how it is. */
export interface Finding {
  /** What it belongs to: `Docker`, `Router`, ... */
  readonly area: string;
  readonly state: 'ok' | 'warning' | 'broken';
  readonly text: string;
  /** What to do about it; null where nothing is to be done. */
  readonly fix: string | null;
}

export interface Area {
  ok(text: string): Finding;
  /** Works, but may not for long, or is a risk. */
  warning(text: string, fix: string): Finding;
  /** Does not work: needs a hand. */
  broken(text: string, fix: string): Finding;
}

/** Makes the findings of one area. */
export function areaOf(area: string): Area {
  return {
    ok: (text) => ({ area, state: 'ok', text, fix: null }),
    warning: (text, fix) => ({ area, state: 'warning', text, fix }),
    broken: (text, fix) => ({ area, state: 'broken', text, fix }),
  };
}

/** The problems, or where there are none the one finding that all is well. */
export function problemsOr(problems: readonly Finding[], well: Finding): readonly Finding[] {
  return problems.length > 0 ? problems : [well];
}
