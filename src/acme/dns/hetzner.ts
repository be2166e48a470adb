import { z } from 'zod';
import type { Secret } from '../../base/secret.ts';
import { jsonIn, lifetime, relativeName, unquoted, type DnsApi, type Zone } from './dns-api.ts';

const zoneAnswer = z.object({ zone: z.object({ id: z.number(), name: z.string() }) });
const set = z.object({ rrset: z.object({ records: z.array(z.object({ value: z.string() })) }) });
const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Hetzner's Cloud API, which keeps the zones since 2025. The token needs the right to read and write. */
export function hetzner(token: Secret): DnsApi {
  const path = (zone: Zone, name: string) => `/zones/${zone.id}/rrsets/${relativeName(name, zone)}/TXT`;
  const records = (value: string) => [{ value: `"${value}"` }];
  return {
    base: 'https://api.hetzner.cloud/v1',
    headers: () => ({ Authorization: `Bearer ${token.reveal()}`, 'Content-Type': 'application/json' }),
    findZone: (name) => ({ method: 'GET', path: `/zones/${name}` }),
    zoneIn: (answer) => zoneAnswer.safeParse(jsonIn(answer)).data?.zone.id.toString(),
    list: (zone, name) => ({ method: 'GET', path: path(zone, name) }),
    entriesIn: (answer) =>
      (set.safeParse(jsonIn(answer)).data?.rrset.records ?? []).map(({ value }) => ({
        value: unquoted(value),
        handle: value,
      })),
    add: (zone, { name, value }) => ({
      method: 'POST',
      path: `${path(zone, name)}/actions/add_records`,
      body: JSON.stringify({ ttl: lifetime, records: records(value) }),
    }),
    remove: (zone, name, { entry }) => ({
      method: 'POST',
      path: `${path(zone, name)}/actions/remove_records`,
      body: JSON.stringify({ records: records(entry.value) }),
    }),
    errorIn: (answer) => refusal.safeParse(jsonIn(answer)).data?.error.message,
  };
}
