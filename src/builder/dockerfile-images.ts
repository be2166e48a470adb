import { instructionFlags, type DockerfileText, type Instruction } from './dockerfile-text.ts';

interface Stage {
  readonly name: string | undefined;
  /** A reference of an image, or the name of an earlier stage; undefined where it cannot be told before the build. */
  readonly base: string | undefined;
  /** What its instructions copy or mount from: stages by name or number, or images. */
  readonly from: readonly string[];
}

/**
 * The images that a build of the Dockerfile's last stage begins with or copies from, each once, in the order of the
 * text. Arguments before the first FROM are filled in with their defaults; a name that stays open is left out.
 */
export function dockerfileImages(dockerfile: DockerfileText): string[] {
  const stages = stagesOf(dockerfile.instructions);
  const images = new Set<string>();
  for (const index of reachable(stages)) {
    for (const source of sourcesOf(stages[index])) {
      if (source !== 'scratch' && stageIndex(stages, source, index) === undefined) images.add(source);
    }
  }
  return [...images];
}

/** The last stage and all that it needs, as indexes, lowest first. */
function reachable(stages: readonly Stage[]): number[] {
  const found = new Set<number>();
  const open = stages.length > 0 ? [stages.length - 1] : [];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const source of sourcesOf(stages[index])) {
      const next = stageIndex(stages, source, index);
      if (next !== undefined) open.push(next);
    }
  }
  return [...found].toSorted((a, b) => a - b);
}

function sourcesOf(stage: Stage | undefined): readonly string[] {
  if (!stage) return [];
  return stage.base === undefined ? stage.from : [stage.base, ...stage.from];
}

/** The stage before `index` that a name or number means. Names of stages do not tell capitals apart. */
function stageIndex(stages: readonly Stage[], source: string, index: number): number | undefined {
  const named = stages.findLastIndex((stage, at) => at < index && stage.name === source.toLowerCase());
  if (named !== -1) return named;
  return /^\d+$/.test(source) && Number(source) < index ? Number(source) : undefined;
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const defaults = new Map<string, string>();
  const stages: { name: string | undefined; base: string | undefined; from: string[] }[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push({ ...fromWords(instruction.rest, defaults), from: [] });
    else if (!stage && instruction.keyword === 'ARG') learn(instruction.rest, defaults);
    else stage?.from.push(...copiedFrom(instruction));
  }
  return stages;
}

/** `[--platform=...] IMAGE [AS NAME]` */
function fromWords(rest: string, defaults: ReadonlyMap<string, string>): Pick<Stage, 'name' | 'base'> {
  const [image = '', as = '', name] = instructionFlags(rest).words.split(/\s+/);
  return {
    name: as.toLowerCase() === 'as' ? name?.toLowerCase() : undefined,
    base: fill(image, defaults) || undefined,
  };
}

function learn(rest: string, defaults: Map<string, string>): void {
  for (const [, name = '', , value] of rest.matchAll(/([A-Za-z_]\w*)(=("[^"]*"|'[^']*'|\S*))?/g)) {
    const filled = fill(value ?? '', defaults);
    if (filled !== undefined) defaults.set(name, filled);
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
