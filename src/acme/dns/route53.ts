import { awsHeaders, type AwsLogin } from '../../tools/aws-signature.ts';
import { lifetime, unquoted, type ApiRequest, type DnsApi, type Zone } from './dns-api.ts';

const version = '/2013-04-01';

/**
 * Amazon's Route 53. The login needs ListHostedZonesByName, ListResourceRecordSets and ChangeResourceRecordSets. A name
 * has all its values in one set, which is written as a whole; the handle of a value is the lifetime of its set.
 */
export function route53(login: AwsLogin): DnsApi {
  return {
    base: 'https://route53.amazonaws.com',
    headers: ({ method, path, body = '' }, host, now) =>
      awsHeaders(login, { method, host, path, body }, { region: 'us-east-1', service: 'route53', now }),
    findZone: (name) => ({ method: 'GET', path: `${version}/hostedzonesbyname?dnsname=${name}&maxitems=10` }),
    zoneIn: (answer, name) =>
      blocks(answer, 'HostedZone')
        .filter((zone) => inner(zone, 'Name') === `${name}.` && inner(zone, 'PrivateZone') !== 'true')
        .map((zone) => inner(zone, 'Id')?.replace(/^\/hostedzone\//, ''))[0],
    list: (zone, name) => ({
      method: 'GET',
      path: `${version}/hostedzone/${zone.id}/rrset?maxitems=1&name=${name}&type=TXT`,
    }),
    entriesIn: (answer, name) =>
      blocks(answer, 'ResourceRecordSet')
        .filter((set) => inner(set, 'Name') === `${name}.` && inner(set, 'Type') === 'TXT')
        .flatMap((set) =>
          blocks(set, 'Value').map((value) => ({
            value: unquoted(value.replaceAll('&quot;', '"')),
            handle: inner(set, 'TTL') ?? String(lifetime),
          })),
        ),
    add: (zone, { name, value }, present) =>
      change(zone, 'UPSERT', { name, values: [...present.map((entry) => entry.value), value] }),
    remove: (zone, name, { entry, present }) => {
      const others = present.filter((other) => other !== entry).map(({ value }) => value);
      if (others.length > 0) return change(zone, 'UPSERT', { name, values: others });
      return change(zone, 'DELETE', { name, values: [entry.value], seconds: entry.handle });
    },
    errorIn: (answer) => inner(answer, 'Message'),
  };
}

interface RecordSet {
  readonly name: string;
  /** As Route 53 wrote them, or ours: nothing that XML would have to escape. */
  readonly values: readonly string[];
  readonly seconds?: string;
}

function change(zone: Zone, action: 'UPSERT' | 'DELETE', { name, values, seconds }: RecordSet): ApiRequest {
  const records = values
    .map((value) => `<ResourceRecord><Value>"${value}"</Value></ResourceRecord>`)
    .join('');
  const set = [
    `<Name>${name}.</Name><Type>TXT</Type><TTL>${seconds ?? lifetime}</TTL>`,
    `<ResourceRecords>${records}</ResourceRecords>`,
  ].join('');
  return {
    method: 'POST',
    path: `${version}/hostedzone/${zone.id}/rrset/`,
    body: [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes>',
      `<Change><Action>${action}</Action><ResourceRecordSet>${set}</ResourceRecordSet></Change>`,
      '</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
    ].join(''),
  };
}

/** What stands in each element of this name. */
function blocks(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, text = '']) => text);
}

function inner(xml: string, name: string): string | undefined {
  return blocks(xml, name)[0];
}
