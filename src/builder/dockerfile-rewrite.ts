import { dockerfileLines, parseDockerfile } from './dockerfile-text.ts';

/** A changed copy of a Dockerfile that still knows the line numbers of the original. */
export interface RewrittenDockerfile {
  readonly text: string;
  /** The line of the original that a line of the copy stands for, both from 1. */
  originalLine(line: number): number;
}

/** Id of the build secret with the extra certificates. */
export const caSecretId = 'slipway-ca.crt';

/** What is put into each RUN; taken out again where the names of steps are shown. */
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
