import { detect } from '../../src/builder/detect/detect.ts';
import type { PlanContext } from '../../src/builder/detect/language.ts';
import type { BuildPlan } from '../../src/builder/detect/plan.ts';
import { viewOfTexts } from '../../src/builder/detect/source-view.ts';
import { noWishes, type BuildWishes } from '../../src/model/build-wishes.ts';

type Asked = Partial<Omit<PlanContext, 'wishes' | 'source'>> & { readonly wishes?: Partial<BuildWishes> };

/** The plan for an app `shop` with these files, where only images that a recipe makes can be had. */
export function planOf(files: Readonly<Record<string, string>>, { wishes, ...more }: Asked = {}): BuildPlan {
  return detect({
    source: viewOfTexts(files),
    app: 'shop',
    wishes: { ...noWishes, ...wishes },
    procfile: null,
    config: {},
    registry: false,
    ...more,
  });
}
