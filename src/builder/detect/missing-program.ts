import { failure } from '../../model/failures.ts';
import { parseChain } from '../../model/shell-chain.ts';

/** Programs that no image of the distribution has, and the file that would show a source to be of their language. */
interface Kind {
  readonly language: string;
  readonly file: string;
  readonly programs: readonly string[];
}

const kinds: readonly Kind[] = [
  kind('Node', 'package.json', 'node npm npx pnpm yarn'),
  kind('Bun', 'package.json', 'bun bunx'),
  kind('Deno', 'deno.json', 'deno'),
  kind('Python', 'requirements.txt', 'python python3 pip gunicorn uvicorn hypercorn daphne flask celery'),
  kind('Ruby', 'Gemfile', 'ruby bundle rackup puma unicorn rails rake sidekiq'),
  kind('PHP', 'composer.json', 'php heroku-php-apache2 heroku-php-nginx'),
  kind('Java', 'pom.xml', 'java mvn'),
  kind('Java', 'build.gradle', 'gradle'),
  kind('Go', 'go.mod', 'go'),
  kind('Rust', 'Cargo.toml', 'cargo'),
  kind('Elixir', 'mix.exs', 'elixir mix iex'),
];

function kind(language: string, file: string, programs: string): Kind {
  return { language, file, programs: programs.split(' ') };
}

/** Throws E_BUILD_PLAN where a line starts a program of a language that the source shows no sign of. */
export function refuseMissingPrograms(lines: Readonly<Record<string, string>>): void {
  for (const [type, line] of Object.entries(lines)) {
    for (const program of programsOf(line)) {
      const missing = kinds.find(({ programs }) => programs.includes(program));
      if (missing) throw missingProgram(type, program, missing);
    }
  }
}

/** The names of the commands of a line; none for a line that only a shell understands. */
function programsOf(line: string): readonly string[] {
  return (parseChain(line) ?? []).flatMap(({ words, assignments }) => {
    const names = words.slice(assignments).map(({ text }) => text);
    const name = names.find((each) => each !== 'exec');
    return name === undefined ? [] : [name];
  });
}

function missingProgram(type: string, program: string, { language, file }: Kind): Error {
  return failure(
    'E_BUILD_PLAN',
    `${type} starts with "${program}", but there is no ${file} that tells it is an app of ${language}`,
    {
      hint: `commit a file ${file}, which tells what ${language} needs to know of the app, or a Dockerfile; for a ${program} of Debian itself name its package in app.json: {"build": {"packages": {"run": ["PACKAGE"]}}}`,
    },
  );
}
