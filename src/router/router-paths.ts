import { join } from 'node:path';
import { plainWord } from '../tools/haproxy-command.ts';
import type { MapName } from './map-file.ts';
import type { PageName } from './pages.ts';

/** Where everything of the router lies: one folder that only root may enter, and the user that the worker becomes. */
export interface RouterPaths {
  readonly folder: string;
  readonly config: string;
  /** A configuration text while it is checked. */
  readonly candidate: string;
  readonly maps: Readonly<Record<MapName, string>>;
  readonly pages: string;
  /** Which certificate is shown for which hosts. */
  readonly certificateList: string;
  /** Folder of the certificates with their keys. */
  readonly certificates: string;
  readonly masterSocket: string;
  readonly workerSocket: string;
  readonly pidFile: string;
  readonly supervisorPidFile: string;
  readonly log: string;
  /** Socket by which an old worker hands requests to the current one. */
  readonly relay: string;
  /** Pipe by which each answered request is told. */
  readonly requests: string;
}

/** Throws when the folder's path could not stand in a configuration. */
export function routerPaths(folder: string): RouterPaths {
  const at = (name: string) => plainWord(join(folder, name));
  return {
    folder,
    config: at('haproxy.cfg'),
    candidate: at('haproxy.cfg.check'),
    maps: { hosts: at('hosts.map'), wild: at('wild.map'), apps: at('apps.map'), proofs: at('proofs.map') },
    pages: at('pages'),
    certificateList: at('certificates.list'),
    certificates: at('certificates'),
    masterSocket: at('master.sock'),
    workerSocket: at('worker.sock'),
    pidFile: at('haproxy.pid'),
    supervisorPidFile: at('supervisor.pid'),
    log: at('haproxy.log'),
    relay: at('relay.sock'),
    requests: at('requests.pipe'),
  };
}

export function pagePath(paths: RouterPaths, name: PageName): string {
  return `${paths.pages}/${name}.html`;
}
