/** What the key `build` of app.json asks for. It wins over all that is inferred from other files; null: nothing asked. */
export interface BuildWishes {
  /** A language by its name, where the wrong one would be found. */
  readonly language: string | null;
  /** Version of the language, or a range: `22`, `>=3.11`. */
  readonly version: string | null;
  /** Commands in place of the inferred ones; lines of sh. */
  readonly install: string | null;
  readonly build: string | null;
  readonly start: string | null;
  /** Folder of finished pages, which are served as they are. */
  readonly static: string | null;
  /** Packages of the distribution that the build needs, and that the app needs while it runs. */
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
}

export const noWishes: BuildWishes = {
  language: null,
  version: null,
  install: null,
  build: null,
  start: null,
  static: null,
  packages: { build: [], run: [] },
};
