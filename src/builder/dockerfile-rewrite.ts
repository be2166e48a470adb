import { createHash } from 'node:crypto';
import { dockerfileLines, type Instruction, parseDockerfile, type Piece } from './dockerfile-text.ts';

/** A changed copy of a Dockerfile that still knows the line numbers of the original. */
export interface RewrittenDockerfile {
  readonly text: string;
  /** The line of the original that a line of the copy stands for, both from 1. */
  originalLine(line: number): number;
}

/** Id of the build secret with the extra certificates. */
export const caSecretId = 'slipway-ca.crt';

/** What is put into each RUN. */
export const caMount = `--mount=type=secret,id=${caSecretId},mode=0444`;

const caPath = `/run/secrets/${caSecretId}`;

/**
 * Where programs look for a file of further, or other, certificates: Node.js with npm, OpenSSL with Python, Ruby, Go
 * and PHP, pip, Python's requests, git, curl, cargo, Deno.
 */
const caVariables = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'CURL_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
  'DENO_CERT',
];

/**
 * Makes every RUN trust the certificates of the build secret `caSecretId`: build arguments in each stage name the
 * file, and it is mounted in each RUN. Neither stays in the image: its environment is the same as without.
 */
export function trustExtraCa(text: string): RewrittenDockerfile {
  const lines = dockerfileLines(text);
  const added = `ARG ${caVariables.map((name) => `${name}=${caPath}`).join(' ')}`;
  const after = new Set<number>();
  for (const { keyword, first, last } of parseDockerfile(text).instructions) {
    if (keyword === 'FROM') after.add(last);
    if (keyword === 'RUN')
      lines[first - 1] = (lines[first - 1] ?? '').replace(/^(\s*RUN)\b/i, `$1 ${caMount}`);
  }
  return {
    text: lines.flatMap((line, index) => (after.has(index + 1) ? [line, added] : [line])).join('\n'),
    originalLine: (line) => originalLine(line, [...after]),
  };
}

/**
 * Makes the caches of all `RUN --mount=type=cache` those of one app: BuildKit knows a cache by its id alone, over all
 * builds of a machine. Each gets an id of the scope and the id, or the target, that it has. Lines keep their numbers. A
 * mount that is written so that it is not seen here stays out of the scope, which nobody else's caches can be reached by.
 */
export function scopeCaches(text: string, scope: string): string {
  const lines = dockerfileLines(text);
  for (const instruction of parseDockerfile(text).instructions) {
    // From the last one on, so that the places of those before it stay.
    for (const { end, name } of cacheMounts(instruction).toReversed()) {
      const { line, column } = placeOf(instruction.pieces, end);
      const written = lines[line - 1] ?? '';
      const id = `${scope}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
      lines[line - 1] = `${written.slice(0, column)},id=${id}${written.slice(column)}`;
    }
  }
  return lines.join('\n');
}

interface FoundCache {
  /** Where the flag ends, in the text of the pieces. */
  readonly end: number;
  /** Its id, or the target that stands for it. */
  readonly name: string;
}

function cacheMounts({ pieces }: Instruction): FoundCache[] {
  const text = pieces.map((piece) => piece.text).join('');
  const keyword = /^\s*(?:ONBUILD\s+)?RUN(?=\s)/i.exec(text)?.[0];
  if (keyword === undefined) return [];
  const found: FoundCache[] = [];
  // As BuildKit divides flags: quotes hold spaces together, and a backslash takes a character as it is.
  const flag = /\s+(--(?:\\[\s\S]|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|[^\s'"\\])*)/y;
  flag.lastIndex = keyword.length;
  for (let match = flag.exec(text); match; match = flag.exec(text)) {
    const name = cacheName((match[1] ?? '').replaceAll(/\\([\s\S])|["']/g, '$1'));
    if (name !== undefined) found.push({ end: flag.lastIndex, name });
  }
  return found;
}

/** The id of a mount of a cache; of several the last one counts. Undefined for any other flag. */
function cacheName(flag: string): string | undefined {
  if (!flag.startsWith('--mount=')) return undefined;
  const fields = flag.slice('--mount='.length).split(',');
  const last = (...keys: string[]) =>
    fields
      .map((field) => /^(\w+)=(.*)$/s.exec(field))
      .findLast((found) => keys.includes(found?.[1]?.toLowerCase() ?? ''))?.[2];
  if (last('type')?.toLowerCase() !== 'cache') return undefined;
  return last('id') || last('target', 'dst', 'destination') || '';
}

/** The line, and how many characters of it, that an end in the text of the pieces is at. */
function placeOf(pieces: readonly Piece[], end: number): { readonly line: number; readonly column: number } {
  let before = 0;
  for (const { line, text } of pieces) {
    if (end <= before + text.length) return { line, column: end - before };
    before += text.length;
  }
  throw new Error('the place is not within the instruction');
}

/** The Dockerfile without its `# syntax=` line; the lines after the directives keep their numbers. */
export function withoutSyntax(text: string): string {
  const { directives } = parseDockerfile(text);
  const syntax = directives.get('syntax');
  if (!syntax) return text;
  const lines = dockerfileLines(text);
  const [line = ''] = lines.splice(syntax.line - 1, 1);
  // A comment ends the directives, so it goes behind the last of them.
  lines.splice(directives.size - 1, 0, `# not used here: ${line}`);
  return lines.join('\n');
}

/** `after`: the lines of the original behind which one line was added, lowest first. */
function originalLine(line: number, after: readonly number[]): number {
  let original = line;
  for (const place of after) if (original > place) original -= 1;
  return original;
}
