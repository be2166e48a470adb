import { parseDockerfile } from './dockerfile-text.ts';

/**
 * The image that a Dockerfile asks to be read by, or undefined. BuildKit looks in more places than the reference tells:
 * after a first line `#!`, in comments of the form `//`, and in a JSON object (moby/buildkit, parser.DetectSyntax).
 */
export function syntaxOf(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const first = lines[0]?.startsWith('#!') ? 1 : 0;
  const rest = lines.slice(first).join('\n');
  const asComments = rest.replaceAll(/^\/\//gm, '#');
  const value = parseDockerfile(asComments).directives.get('syntax')?.value ?? inJson(rest);
  return value?.split(/\s/)[0];
}

function inJson(text: string): string | undefined {
  return text.trimStart().startsWith('{') ? /"syntax"\s*:\s*"([^"]*)"/i.exec(text)?.[1] : undefined;
}

/** Docker's own one, of whatever version. */
export function isStandardSyntax(image: string): boolean {
  return /^(docker\.io\/)?docker\/dockerfile(-upstream)?(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(image);
}
