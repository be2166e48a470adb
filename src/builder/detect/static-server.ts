import { headerLines, noRules, type PageRules, redirectLines } from './page-rules.ts';
import { copy, file, run, type Stage } from './plan.ts';

/** Finished pages, and how they are served. */
export interface StaticSite {
  /** Folder of the pages: of the source, or absolute in the stage `from`. */
  readonly folder: string;
  readonly from?: string;
  /** Unknown paths get index.html: the router is in the pages (a single page app). */
  readonly fallback: boolean;
  /** What `_headers` and `_redirects` ask for, as `pageRules` reads them. */
  readonly rules?: PageRules;
}

/** The line that starts the server; it listens on $PORT and ends by itself on SIGTERM once open requests are answered. */
export const staticStart = 'caddy run --config /etc/caddy/Caddyfile --adapter caddyfile';

/** The folder of the pages in the image. */
export const servedFolder = '/srv';

/**
 * The last stages of an app that is only pages. What is served is told from an earlier version by its time and size; all
 * files of the source have the time 0, and some builds pass it on, so the pages get times that are made of their content.
 */
export function staticStages(site: StaticSite): readonly Stage[] {
  const { folder, from } = site;
  const pages: Stage = {
    name: 'pages',
    from: 'debian:bookworm-slim',
    steps: [
      copy([folder], servedFolder, from === undefined ? {} : { from }),
      run(timesOfContent, { title: 'give each page a version' }),
    ],
  };
  return [pages, staticStage({ ...site, folder: servedFolder, from: 'pages' })];
}

/** The last one of them alone, for pages that have times of their own. */
export function staticStage({ folder, from, fallback, rules = noRules }: StaticSite): Stage {
  return {
    name: 'runtime',
    from: 'debian:bookworm-slim',
    env: { XDG_CONFIG_HOME: '/tmp', XDG_DATA_HOME: '/tmp' },
    steps: [
      takeServer,
      file('/etc/caddy/Caddyfile', caddyfile(fallback, rules)),
      copy([folder], servedFolder, from === undefined ? {} : { from }),
    ],
  };
}

/**
 * Only the program of the image, and its types of files at a place where Go looks too: the official one is a system
 * without useradd. `install` leaves behind the right to low ports that the file has there: with it, it would not start
 * in a container that takes this right from all of its processes.
 */
const takeServer = run(
  'install -m 755 /usr/bin/caddy /usr/local/bin/caddy && install -D -m 644 /etc/mime.types /etc/apache2/mime.types',
  {
    title: 'add the web server Caddy',
    binds: [
      { from: 'caddy:2', path: '/usr/bin/caddy' },
      { from: 'caddy:2', path: '/etc/mime.types' },
    ],
  },
);

const timesOfContent = String.raw`find ${servedFolder} -type f -exec sha256sum -z {} + | perl -0 -ne '/^(\w{7})\w+ [ *](.*?)\0?$/s and utime(hex $1, hex $1, $2)'`;

/** Ends of names that a build gave a hash, and not those with a word or a date there. */
const hashed = String.raw`[.-](?:[0-9a-f]{8,40}|[\w-]{8})\.(?:js|mjs|css|wasm|woff2?|ttf|png|jpe?g|gif|svg|webp|avif|ico)$`;
const notHashed = String.raw`[.-](?:[a-z_-]{8}|[0-9]{8,40})\.\w+$`;

/** A missing file of these kinds is no page of a single page app, and index.html would only hide that it is missing. */
const assets = 'js mjs css map json wasm woff woff2 ttf png jpg jpeg gif svg webp avif ico'
  .split(' ')
  .map((end) => `*.${end}`)
  .join(' ');

function caddyfile(fallback: boolean, rules: PageRules): string {
  return `{
	admin off
	auto_https off
}
:{$PORT:5000} {
	root * ${servedFolder}
	@immutable {
		path_regexp ${hashed}
		not path_regexp ${notHashed}
		file
	}
	@hidden {
		path */.* /_headers /_redirects
		not path /.well-known/*
	}
	route {
		request_header -If-Modified-Since
${indented(withoutHeaders)}		header X-Content-Type-Options nosniff
		header Cache-Control no-cache
		header @immutable Cache-Control "public, max-age=31536000, immutable"
${indented(headerLines(rules))}		error @hidden 404
${indented(redirectLines(rules))}		encode zstd gzip
		try_files {path} {path}/ {path}.html
${fallback ? indented(fallbackLines) : ''}		file_server
	}
	handle_errors {
${indented(withoutHeaders)}		header Cache-Control no-cache
		@page {
			file /404.html
			expression {err.status_code} == 404
		}
		handle @page {
			rewrite * /404.html
			file_server
		}
		respond "{err.status_text}" {err.status_code}
	}
}
`;
}

/** The time is that of no change; see `staticStages`. */
const withoutHeaders = ['header {', '\t-Server', '\t-Last-Modified', '\tdefer', '}'];

const fallbackLines = ['@page {', '\tnot file', `\tnot path ${assets}`, '}', 'rewrite @page /index.html'];

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\t\t${line}\n`).join('');
}
