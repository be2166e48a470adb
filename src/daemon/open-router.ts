import { join } from 'node:path';
import type { Settings } from '../model/settings.ts';
import { HaproxyRouter } from '../router/haproxy.ts';
import { launchBySupervisor } from '../router/launch-script.ts';
import type { Router } from '../router/router.ts';
import { startUnit } from '../tools/systemd.ts';

/** Where HAProxy tells the requests that it answered. */
export function requestSocketIn(settings: Settings): string {
  return join(settings.root, 'run', 'requests.sock');
}

/** HAProxy as it runs on this machine: under systemd or under our own supervisor, and not under slipwayd in either case. */
export function openRouter(settings: Settings): Router {
  const folder = join(settings.root, 'router');
  const { haproxy, bind, httpPort, httpsPort, lib } = settings;
  const launch =
    settings.supervisor === 'systemd'
      ? () => startUnit('slipway-router')
      : launchBySupervisor({ supervisor: join(lib, 'supervise.sh'), folder, haproxy });
  const addresses = bind === '*' ? {} : { addresses: [bind] };
  const requestSocket = requestSocketIn(settings);
  return new HaproxyRouter({
    folder,
    haproxy,
    launch,
    requestSocket,
    http: { port: httpPort, tlsPort: httpsPort, ...addresses },
  });
}
