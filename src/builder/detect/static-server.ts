import { copy, file, type Stage } from './plan.ts';

/** Finished pages, and how they are served. */
export interface StaticSite {
  /** Folder of the pages: of the source, or absolute in the stage `from`. */
  readonly folder: string;
  readonly from?: string;
  /** Unknown paths get index.html: the router is in the pages (a single page app). */
  readonly fallback: boolean;
}

/** The line that starts the server; it listens on $PORT and ends by itself on SIGTERM once open requests are answered. */
export const staticStart = 'caddy run --config /etc/caddy/Caddyfile --adapter caddyfile';

/** The last stage of an app that is only pages. */
export function staticStage({ folder, from, fallback }: StaticSite): Stage {
  const pages = from === undefined ? copy([folder], '/srv') : copy([folder], '/srv', { from });
  return {
    name: 'runtime',
    from: 'caddy:2',
    env: { XDG_CONFIG_HOME: '/tmp', XDG_DATA_HOME: '/tmp' },
    steps: [file('/etc/caddy/Caddyfile', caddyfile(fallback)), pages],
  };
}

function caddyfile(fallback: boolean): string {
  return `{
	admin off
	auto_https off
}
:{$PORT:5000} {
	root * /srv
	encode zstd gzip
	try_files {path} {path}/ {path}.html${fallback ? ' /index.html' : ''}
	file_server
}
`;
}
