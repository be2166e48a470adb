import { join } from 'node:path';
import type { Settings } from '../model/settings.ts';
import { HaproxyRouter } from '../router/haproxy.ts';
import { launchBySupervisor } from '../router/launch-script.ts';
import type { Router } from '../router/router.ts';
import { startUnit } from '../tools/systemd.ts';

export function routerFolder(settings: Settings): string {
  return join(settings.root, 'router');
}

/** HAProxy as it runs on this machine: under systemd or under our own supervisor, and not under slipwayd in either case. */
export function openRouter(settings: Settings): Router {
  const folder = routerFolder(settings);
  const { haproxy, bind, httpPort, httpsPort, lib } = settings;
  const launch =
    settings.supervisor === 'systemd'
      ? () => startUnit('slipway-router')
      : launchBySupervisor({ scripts: lib, folder, haproxy });
  const addresses = bind === '*' ? {} : { addresses: [bind] };
  return new HaproxyRouter({
    folder,
    haproxy,
    launch,
    http: { port: httpPort, tlsPort: httpsPort, ...addresses },
  });
}
