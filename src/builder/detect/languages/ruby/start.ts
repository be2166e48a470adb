import type { SourceView } from '../../source-view.ts';
import type { Gems } from './gems.ts';

export interface Start {
  readonly framework: string | null;
  /** Undefined: the files do not tell. */
  readonly line?: string;
  readonly reason?: string;
}

/** Frameworks by the gem that they are; the first that is there. */
const frameworks: readonly (readonly [gem: string, name: string])[] = [
  ['railties', 'Rails'],
  ['rails', 'Rails'],
  ['hanami', 'Hanami'],
  ['roda', 'Roda'],
  ['sinatra', 'Sinatra'],
  ['grape', 'Grape'],
  ['jekyll', 'Jekyll'],
  ['rack', 'Rack'],
];

/** Servers by their gem, and the line by which they serve config.ru; the first that is there. */
const servers: Readonly<Record<string, string>> = {
  puma: 'bundle exec puma -b tcp://0.0.0.0:$PORT',
  falcon: 'bundle exec falcon serve --bind http://0.0.0.0:$PORT',
  unicorn: 'bundle exec unicorn -l 0.0.0.0:$PORT',
  thin: 'bundle exec thin start -a 0.0.0.0 -p $PORT',
};

/** Whether a gem can serve config.ru. Since Ruby 3.0 WEBrick is one as well, and since Rack 3 so is what starts it. */
export function hasServer({ names, version }: Gems): boolean {
  const hasRackup = names.has('rackup') || Number.parseInt(version('rack') ?? '0', 10) < 3;
  return Object.keys(servers).some((gem) => names.has(gem)) || (names.has('webrick') && hasRackup);
}

/** Programs by the names that people give them. */
const programs = ['app.rb', 'main.rb', 'server.rb', 'web.rb'];

export function startOf(source: SourceView, { names }: Gems): Start {
  const framework = frameworks.find(([gem]) => names.has(gem))?.[1] ?? null;
  if (source.has('config.ru')) {
    const [server, line] = Object.entries(servers).find(([gem]) => names.has(gem)) ?? [];
    if (server !== undefined && line !== undefined) return { framework, line, reason: `served by ${server}` };
    return framework === 'Rails'
      ? { framework, line: 'bundle exec rails server -b 0.0.0.0 -p $PORT -P /tmp/server.pid' }
      : { framework, line: 'bundle exec rackup -o 0.0.0.0 -p $PORT', reason: 'served by rackup' };
  }
  const program = programs.find((path) => source.has(path));
  if (program === undefined) return { framework };
  // A program in the classic style of Sinatra reads these words itself.
  const words = framework === 'Sinatra' ? ' -o 0.0.0.0 -p $PORT' : '';
  return { framework, line: `bundle exec ruby ${program}${words}`, reason: `${program} is run` };
}
