/** What is known of modules that many programs need. */
interface Known {
  readonly framework?: string;
  /** Environment of the running program. */
  readonly env?: Readonly<Record<string, string>>;
  /** It is bound to a library in C, besides that of the language. */
  readonly c?: { readonly build: readonly string[]; readonly run: readonly string[] };
}

const noPackages = { build: [], run: [] };

/** By the path of the module, without the number of its version. */
const table: Readonly<Record<string, Known>> = {
  'github.com/gin-gonic/gin': { framework: 'Gin', env: { GIN_MODE: 'release' } },
  'github.com/labstack/echo': { framework: 'Echo' },
  'github.com/gofiber/fiber': { framework: 'Fiber' },
  'github.com/go-chi/chi': { framework: 'chi' },
  'github.com/mattn/go-sqlite3': { c: noPackages },
  'github.com/confluentinc/confluent-kafka-go': { c: noPackages },
  'github.com/h2non/bimg': { c: { build: ['libvips-dev'], run: ['libvips42'] } },
  'github.com/davidbyttow/govips': { c: { build: ['libvips-dev'], run: ['libvips42'] } },
};

export interface Needs {
  readonly framework: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** The module that is bound to C; undefined: the program needs nothing of the system. */
  readonly cgo: string | undefined;
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
}

/** What a program needs by the modules that it names. */
export function needsOf(requires: Iterable<string>): Needs {
  const named = [...requires].map((path) => ({ path, known: table[path.replace(/\/v\d+$/, '')] ?? {} }));
  const bound = named.filter(({ known }) => known.c !== undefined);
  return {
    framework: named.find(({ known }) => known.framework !== undefined)?.known.framework ?? null,
    env: Object.assign({}, ...named.map(({ known }) => known.env ?? {})) as Record<string, string>,
    cgo: bound[0]?.path,
    packages: {
      build: bound.flatMap(({ known }) => known.c?.build ?? []),
      run: bound.flatMap(({ known }) => known.c?.run ?? []),
    },
  };
}
