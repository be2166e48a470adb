/** What a go.mod or a go.work says, as far as a build plan needs it. */
export interface GoFile {
  /** Path of the module, `example.com/shop/v2`; undefined in a go.work. */
  readonly module: string | undefined;
  /** The least version of Go: `1.22`; undefined where none is said. */
  readonly least: string | undefined;
  /** Paths of the modules that it needs, but for those that a folder stands in for. */
  readonly requires: readonly string[];
  /** Folders with the modules of a workspace, relative to that of the file. */
  readonly uses: readonly string[];
  /** Folders with modules that stand in place of others. */
  readonly replacing: readonly string[];
  /** From comments that Heroku knows: `// +heroku goVersion go1.22`, `// +heroku install ./cmd/...`. */
  readonly heroku: { readonly version: string | undefined; readonly install: readonly string[] };
}

interface Directive {
  readonly name: string;
  readonly words: readonly string[];
}

/** Reads what it can; what it does not know is the Go program's to complain of. */
export function parseGoFile(text: string): GoFile {
  const directives = directivesOf(text);
  const all = (name: string) => directives.filter((each) => each.name === name).map(({ words }) => words);
  const first = (name: string) => all(name)[0]?.[0];
  const local = all('replace').filter((words) => replacingFolder(words).length > 0);
  const least = first('toolchain') ?? first('go');
  return {
    module: first('module'),
    least: /\d+\.\d+(\.\d+)?/.exec(least ?? '')?.[0],
    requires: paths(all('require')).filter((path) => !paths(local).includes(path)),
    uses: paths(all('use')),
    replacing: local.flatMap(replacingFolder),
    heroku: {
      version: herokuComment(text, 'goVersion')[0]?.replace(/^go/, ''),
      install: herokuComment(text, 'install'),
    },
  };
}

function paths(lines: readonly (readonly string[])[]): readonly string[] {
  return lines.flatMap(([path]) => path ?? []);
}

/** One for each line, also of those in parentheses: `require ( ... )`. */
function directivesOf(text: string): readonly Directive[] {
  const found: Directive[] = [];
  let block: string | undefined;
  for (const line of text.split('\n')) {
    const words = wordsOf(line);
    const [name] = words;
    if (name === undefined) continue;
    if (name === ')') block = undefined;
    else if (words[1] === '(') block = name;
    else found.push(block === undefined ? { name, words: words.slice(1) } : { name: block, words });
  }
  return found;
}

function wordsOf(line: string): string[] {
  const words = line.replace(/\/\/.*$/, '').match(/"[^"]*"|`[^`]*`|\S+/g) ?? [];
  return words.map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
}

function replacingFolder(words: readonly string[]): readonly string[] {
  const path = words[words.indexOf('=>') + 1] ?? '';
  return /^\.\.?(\/|$)/.test(path) ? [path] : [];
}

function herokuComment(text: string, name: string): readonly string[] {
  const line = new RegExp(`^\\s*//\\s*\\+heroku\\s+${name}\\s+(.+)$`, 'm').exec(text)?.[1] ?? '';
  return line.split(/\s+/).filter((word) => word !== '');
}
