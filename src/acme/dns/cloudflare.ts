import { z } from 'zod';
import type { Secret } from '../../base/secret.ts';
import { jsonIn, lifetime, unquoted, type DnsApi } from './dns-api.ts';

const zones = z.object({ result: z.array(z.object({ id: z.string(), name: z.string() })) });
const records = z.object({
  result: z.array(z.object({ id: z.string(), name: z.string(), content: z.string() })),
});
const refusal = z.object({ errors: z.array(z.object({ message: z.string() })) });

/** Cloudflare's API, version 4. The token needs the right Zone / DNS / Edit for the zone. */
export function cloudflare(token: Secret): DnsApi {
  return {
    base: 'https://api.cloudflare.com/client/v4',
    headers: () => ({ Authorization: `Bearer ${token.reveal()}`, 'Content-Type': 'application/json' }),
    findZone: (name) => ({ method: 'GET', path: `/zones?name=${name}` }),
    zoneIn: (answer, name) =>
      zones.safeParse(jsonIn(answer)).data?.result.find((zone) => zone.name === name)?.id,
    list: (zone, name) => ({
      method: 'GET',
      path: `/zones/${zone.id}/dns_records?type=TXT&name.exact=${name}&per_page=100`,
    }),
    entriesIn: (answer, name) =>
      (records.safeParse(jsonIn(answer)).data?.result ?? [])
        .filter((record) => record.name === name)
        .map(({ id, content }) => ({ value: unquoted(content), handle: id })),
    add: (zone, { name, value }) => ({
      method: 'POST',
      path: `/zones/${zone.id}/dns_records`,
      body: JSON.stringify({ type: 'TXT', name, content: `"${value}"`, ttl: lifetime }),
    }),
    remove: (zone, _name, { entry }) => ({
      method: 'DELETE',
      path: `/zones/${zone.id}/dns_records/${entry.handle}`,
    }),
    errorIn: (answer) => refusal.safeParse(jsonIn(answer)).data?.errors[0]?.message,
  };
}
