import { z } from 'zod';
import type { Secret } from '../../base/secret.ts';
import { jsonIn, lifetime, relativeName, unquoted, type DnsApi } from './dns-api.ts';

const domain = z.object({ domain: z.object({ name: z.string() }) });
const records = z.object({ domain_records: z.array(z.object({ id: z.number(), data: z.string() })) });
const refusal = z.object({ message: z.string() });

/** DigitalOcean's API, version 2. The token needs the rights to read, create and delete of domains. */
export function digitalocean(token: Secret): DnsApi {
  return {
    base: 'https://api.digitalocean.com/v2',
    headers: () => ({ Authorization: `Bearer ${token.reveal()}`, 'Content-Type': 'application/json' }),
    findZone: (name) => ({ method: 'GET', path: `/domains/${name}` }),
    zoneIn: (answer) => domain.safeParse(jsonIn(answer)).data?.domain.name,
    list: (zone, name) => ({
      method: 'GET',
      path: `/domains/${zone.id}/records?type=TXT&name=${name}&per_page=200`,
    }),
    entriesIn: (answer) =>
      (records.safeParse(jsonIn(answer)).data?.domain_records ?? []).map(({ id, data }) => ({
        value: unquoted(data),
        handle: String(id),
      })),
    add: (zone, { name, value }) => ({
      method: 'POST',
      path: `/domains/${zone.id}/records`,
      body: JSON.stringify({ type: 'TXT', name: relativeName(name, zone), data: value, ttl: lifetime }),
    }),
    remove: (zone, _name, { entry }) => ({
      method: 'DELETE',
      path: `/domains/${zone.id}/records/${entry.handle}`,
    }),
    errorIn: (answer) => refusal.safeParse(jsonIn(answer)).data?.message,
  };
}
