import type { Secret } from '../../base/secret.ts';
import type { BuildWishes } from '../../model/build-wishes.ts';
import type { BuildPlan } from './plan.ts';
import type { SourceView } from './source-view.ts';

/** One row of languages.ts: how it is recognised, and how its source becomes an image. No I/O but reading the view. */
export interface Language {
  /** As people name it in app.json and read it in the log: `node`. */
  readonly name: string;
  /** The file that shows the source is of this language, or undefined. */
  detects(source: SourceView): string | undefined;
  /**
   * Plans the image. Throws E_BUILD_PLAN, with the file, the cause and the fix, for a source that cannot be built as it
   * is: a manifest that cannot be read, two lock files, a version that is not to be had.
   */
  plan(context: PlanContext): LanguagePlan;
}

/** What a language decides on. The wishes of app.json win over all that it would infer. */
export interface PlanContext {
  readonly source: SourceView;
  /** Name of the app. */
  readonly app: string;
  readonly wishes: BuildWishes;
  /** Type -> line, or null without a Procfile. */
  readonly procfile: Readonly<Record<string, string>> | null;
  /** The app's config; plans may depend on what is set, and never hold a value of it. */
  readonly config: Readonly<Record<string, Secret>>;
  /** Whether a registry answers. Where none does, only images that there is a recipe for can be had. */
  readonly registry: boolean;
}

export type LanguagePlan = Omit<BuildPlan, 'language' | 'processes' | 'ignore' | 'warnings'> &
  Partial<Pick<BuildPlan, 'processes' | 'ignore' | 'warnings'>>;
