import { detect } from '../../src/builder/detect/detect.ts';
import type { PlanContext } from '../../src/builder/detect/language.ts';
import type { BuildPlan } from '../../src/builder/detect/plan.ts';
import { viewOfTexts } from '../../src/builder/detect/source-view.ts';
import { noWishes, type BuildWishes } from '../../src/model/build-wishes.ts';

type Asked = Partial<Omit<PlanContext, 'wishes' | 'source'>> & { readonly wishes?: Partial<BuildWishes> };

/** Files of a source, path -> text; what is no text becomes JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** The context that a source of these files is planned in, where only images that a recipe makes can be had. */
export function contextOf(files: Files, { wishes, ...asked }: Asked = {}): PlanContext {
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  return {
    source: viewOfTexts(Object.fromEntries(texts) as Record<string, string>),
    app: 'shop',
    wishes: { ...noWishes, ...wishes },
    procfile: null,
    config: {},
    registry: false,
    ...asked,
  };
}

/** What detection plans for a source of these files. */
export function planOf(files: Files, asked: Asked = {}): BuildPlan {
  return detect(contextOf(files, asked));
}
