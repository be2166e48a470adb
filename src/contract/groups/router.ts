import { numberProblem, propertySetter, switchProblem } from '../property.ts';
import { reporter } from '../report.ts';

const longestAge = { least: 0, most: 9_999_999_999 };

export const router = {
  'router:set': propertySetter({
    summary: 'Set how an app, or all, are served by https; it holds at once',
    right: 'app:config',
    examples: [
      'router:set shop hsts-max-age 31536000',
      'router:set shop https-redirect false',
      'router:set --global tls-min-version 1.3',
    ],
    aliases: ['nginx:set', 'proxy:set'],
    properties: {
      'https-redirect': {
        help: 'whether requests by http are sent on to https, for domains that have a certificate; true without it',
        problem: switchProblem('https-redirect'),
      },
      hsts: {
        help: 'whether browsers are told to come by https only (Strict-Transport-Security); true without it',
        problem: switchProblem('hsts'),
      },
      'hsts-max-age': {
        help: 'for how many seconds they keep to it; 15724800, half a year, without it. 0 has them forget it',
        problem: numberProblem('hsts-max-age', longestAge),
      },
      'hsts-include-subdomains': {
        help: 'whether that holds for all names under the domain too; false without it',
        problem: switchProblem('hsts-include-subdomains'),
      },
      'hsts-preload': {
        help: 'whether browsers may have the domain in their built-in list; false without it. Hard to take back',
        problem: switchProblem('hsts-preload'),
      },
      'tls-min-version': {
        help: 'the oldest version of TLS that is spoken: 1.2 or 1.3; 1.2 without it',
        only: 'global',
        problem: (value) =>
          value === '1.2' || value === '1.3' ? undefined : 'tls-min-version is 1.2 or 1.3',
      },
      http2: {
        help: 'whether HTTP/2 is spoken; true without it',
        only: 'global',
        problem: switchProblem('http2'),
      },
    },
  }),
  'router:report': reporter({
    summary: 'Report how one app, or all, are served by https',
    examples: ['router:report shop', 'router:report shop --router-hsts', 'router:report --global'],
    aliases: ['router', 'nginx:report', 'proxy:report'],
  }),
};
