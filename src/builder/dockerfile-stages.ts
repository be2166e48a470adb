import { own } from '../base/own.ts';
import { instructionFlags, type DockerfileText, type Instruction } from './dockerfile-text.ts';

/** One FROM of a Dockerfile, with what is below it. */
export interface Stage {
  readonly name: string | undefined;
  /** A reference of an image, or the name of an earlier stage; undefined where it cannot be told before the build. */
  readonly base: string | undefined;
  /** What its instructions copy or mount from: stages by name or number, or images. */
  readonly from: readonly string[];
  /** The words of its EXPOSE instructions. */
  readonly exposed: readonly string[];
}

/** What a build asks of a Dockerfile. */
export interface DockerfileTarget {
  /** The stage that is built; null or none: the last one. */
  readonly target?: string | null | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
}

/** The stages, with the arguments before the first FROM filled in: what the build says, else their defaults. */
export function stagesOf(
  { instructions }: DockerfileText,
  buildArgs: Readonly<Record<string, string>> = {},
): readonly Stage[] {
  const known = new Map<string, string>();
  const stages: (Stage & { from: string[]; exposed: string[] })[] = [];
  for (const instruction of instructions) {
    const { keyword, rest } = instruction;
    const stage = stages.at(-1);
    if (keyword === 'FROM') stages.push({ ...fromWords(rest, known), from: [], exposed: [] });
    else if (!stage && keyword === 'ARG') learn(rest, known, buildArgs);
    else if (keyword === 'EXPOSE') stage?.exposed.push(...rest.split(/\s+/));
    else stage?.from.push(...copiedFrom(instruction));
  }
  return stages;
}

/** The stage that is built, as an index; -1 where there is none. */
export function targetIndex(stages: readonly Stage[], target: string | null | undefined): number {
  if (target === null || target === undefined) return stages.length - 1;
  return stageIndex(stages, target, stages.length) ?? -1;
}

/** The stage before `index` that a name or number means. Names of stages do not tell capitals apart. */
export function stageIndex(stages: readonly Stage[], source: string, index: number): number | undefined {
  const named = stages.findLastIndex((stage, at) => at < index && stage.name === source.toLowerCase());
  if (named !== -1) return named;
  return /^\d+$/.test(source) && Number(source) < index ? Number(source) : undefined;
}

/** `[--platform=...] IMAGE [AS NAME]` */
function fromWords(rest: string, defaults: ReadonlyMap<string, string>): Pick<Stage, 'name' | 'base'> {
  const [image = '', as = '', name] = instructionFlags(rest).words.split(/\s+/);
  return {
    name: as.toLowerCase() === 'as' ? name?.toLowerCase() : undefined,
    base: fill(image, defaults) || undefined,
  };
}

function learn(rest: string, known: Map<string, string>, given: Readonly<Record<string, string>>): void {
  for (const [, name = '', , value] of rest.matchAll(/([A-Za-z_]\w*)(=("[^"]*"|'[^']*'|\S*))?/g)) {
    const filled = own(given, name) ?? fill(value ?? '', known);
    if (filled !== undefined) known.set(name, filled);
  }
}

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+then}`. Undefined where an argument has no value: it may be
 * one that BuildKit gives, such as TARGETARCH.
 */
function fill(text: string, defaults: ReadonlyMap<string, string>): string | undefined {
  const pattern = /\$(?:\{([A-Za-z_]\w*)(?:(:[-+])([^}]*))?\}|([A-Za-z_]\w*))/g;
  let open = false;
  const filled = unquoted(text).replaceAll(pattern, (...found: (string | undefined)[]) => {
    const [, braced, operator, word = '', plain] = found;
    const value = defaults.get(braced ?? plain ?? '') ?? '';
    if (operator === ':+') return value === '' ? '' : word;
    const result = operator === ':-' && value === '' ? word : value;
    open ||= result === '';
    return result;
  });
  return open ? undefined : filled;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

/** `COPY --from=X` and `RUN --mount=type=bind,from=X`; not one with a variable, which only BuildKit knows. */
function copiedFrom({ keyword, rest }: Instruction): string[] {
  const { flags } = instructionFlags(rest);
  const sources = flags.flatMap(({ name, value }) => {
    if (name === 'from' && (keyword === 'COPY' || keyword === 'ADD')) return [value];
    if (name !== 'mount' || keyword !== 'RUN') return [];
    return value.split(',').flatMap((part) => (part.startsWith('from=') ? [part.slice('from='.length)] : []));
  });
  return sources.filter((source) => source !== '' && !source.includes('$'));
}
