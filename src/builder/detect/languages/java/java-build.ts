import { failure } from '../../../../model/failures.ts';
import { shortList } from '../../../../model/short-list.ts';
import { quoteShellWord } from '../../../../model/shell-words.ts';
import type { PlanContext } from '../../language.ts';
import type { CacheMount, PlanWarning, Step } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import { startLine, type Framework } from './frameworks.ts';
import type { JavaNeeds } from './java-version.ts';

/** How Maven or Gradle makes an app of the source. */
export interface JavaBuild {
  /** What decided, for people. */
  readonly reasons: readonly string[];
  readonly java: JavaNeeds;
  readonly framework: Framework | undefined;
  /** For the stage that builds. */
  readonly env: Readonly<Record<string, string>>;
  /** Kept from build to build: what was downloaded. */
  readonly cache: CacheMount;
  /** What is done before the code is there. */
  readonly prepare: readonly Step[];
  readonly command: string;
  /** What the build makes to be started; null: the Procfile or app.json tells. */
  readonly product: Product | null;
  /** Folders that the build makes anew. */
  readonly made: readonly string[];
  readonly warnings: readonly PlanWarning[];
}

export interface Product {
  readonly start: string;
  /** Commands for a shell that an error ends: they fail where this cannot be started, and take away what lies beside it. */
  readonly check?: string;
}

/** A part of the source with a build file of its own. */
export interface Module {
  /** In the source; `.` is its top. */
  readonly folder: string;
  /** It brings what makes an app of it, not a library. */
  readonly isApp: boolean;
}

/** Whether the user tells what runs, so that nothing has to be found out. */
export function isTold({ wishes, procfile }: PlanContext): boolean {
  return (wishes.start ?? wishes.static ?? procfile?.['web']) !== undefined;
}

/** The one that is the app. Undefined: the user tells what runs. Throws E_BUILD_PLAN where nothing tells. */
export function appModule<M extends Module>(context: PlanContext, modules: readonly M[]): M | undefined {
  const apps = modules.filter(({ isApp }) => isApp);
  const only = modules.length === 1 ? modules[0] : apps.length === 1 ? apps[0] : undefined;
  if (only || isTold(context)) return only;
  const folders = shortList(
    (apps.length > 0 ? apps : modules).map(({ folder }) => folder),
    6,
  );
  throw failure('E_BUILD_PLAN', `Nothing tells which of the modules is the app: ${folders}`, {
    hint: 'add a file Procfile with a line such as "web: java $JAVA_OPTS -jar MODULE/target/*.jar"',
  });
}

/** Why a wrapper that is committed, a script and what it needs, cannot be used. */
export function againstWrapper(
  source: SourceView,
  [script, ...needs]: readonly [string, ...string[]],
): string | undefined {
  const missing = [script, ...needs].find((path) => !source.has(path));
  if (missing !== undefined) return `there is no ${missing}`;
  return source.text(script)?.includes('\r') ? `the lines of ${script} end as Windows has them` : undefined;
}

/** Endings of archives that have all that they need in them, where a plain one lies beside. */
const whole = ['jar-with-dependencies', 'all', 'fat', 'uber', 'shaded', 'exec', 'runner'];

/** Leaves the one archive of a folder that can be started: not its sources, nor what a larger one was made of. */
function onlyRunnable(folder: string): string {
  return [
    `cd ${folder}`,
    'rm -f *-sources.jar *-javadoc.jar *-tests.jar *-test-fixtures.jar *-plain.jar original-*.jar',
    `for kind in ${whole.join(' ')}; do for jar in *-$kind.jar; do if [ -f "$jar" ]; then find . -maxdepth 1 -name '*.jar' ! -name "$jar" -delete; fi; done; done`,
    'set -- *.jar',
    'if [ $# -ne 1 ] || [ ! -f "$1" ]; then echo "not one jar to be started in $PWD: $*" >&2; exit 1; fi',
    'cd /tmp; jar xf "$OLDPWD/$1" META-INF/MANIFEST.MF',
    'if ! grep -q ^Main-Class: META-INF/MANIFEST.MF; then echo "no main manifest attribute, in $1" >&2; exit 1; fi',
    'rm -r META-INF',
  ].join('; ');
}

/** The one jar of a folder that can be started. */
export function jarIn(folder: string, framework: Framework | undefined): Product {
  const quoted = quoteShellWord(folder);
  return { start: startLine(framework, `${quoted}/*.jar`), check: onlyRunnable(quoted) };
}
