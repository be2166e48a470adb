import { failure } from '../../model/failures.ts';
import type { PlanWarning } from './plan.ts';
import type { SourceView } from './source-view.ts';

/** What the files `_headers` and `_redirects` beside the pages ask for, checked word by word. */
export interface PageRules {
  readonly headers: readonly HeaderRule[];
  readonly redirects: readonly RedirectRule[];
  /** Lines that ask for what is not done here. */
  readonly warnings: readonly PlanWarning[];
}

interface HeaderRule {
  readonly pattern: string;
  readonly name: string;
  readonly value: string;
}

interface RedirectRule {
  readonly pattern: string;
  /** What the groups of the pattern are called. */
  readonly names: readonly string[];
  readonly to: string;
  readonly status: number;
  /** Also where there is a file at the path. */
  readonly forced: boolean;
}

export const noRules: PageRules = { headers: [], redirects: [], warnings: [] };

/** All rules stand in one command of the build, whose length has a limit. */
const most = 200;

/**
 * Reads `_headers` and `_redirects` of a folder with pages, in the form that hosts of static pages share. A line that
 * cannot be done is left out with a warning. Throws E_BUILD_PLAN where pages would be open that are meant to be closed.
 */
export function pageRules(source: SourceView, folder: string): PageRules {
  const text = (name: string) => source.text(folder === '.' ? name : `${folder}/${name}`) ?? '';
  const headers = readHeaders(text('_headers'));
  const redirects = readRedirects(text('_redirects'));
  if (headers.rules.length + redirects.rules.length > most)
    throw failure('E_BUILD_PLAN', `_headers and _redirects have more than ${most} rules`, {
      hint: 'write several paths as one with *',
    });
  return {
    headers: headers.rules,
    redirects: redirects.rules,
    warnings: [
      ...headers.left.map((line) => leftOut('_headers', line)),
      ...redirects.left.map((line) => leftOut('_redirects', line)),
    ],
  };
}

interface Read<Rule> {
  readonly rules: readonly Rule[];
  /** Lines that are left out, from 1. */
  readonly left: readonly number[];
}

function leftOut(file: string, line: number): PlanWarning {
  return { text: `Line ${line} of ${file} is left out: it cannot be done here` };
}

/** A path at the beginning of a line, and below it lines with a space in front: `Name: value`. */
function readHeaders(text: string): Read<HeaderRule> {
  const rules: HeaderRule[] = [];
  const left: number[] = [];
  let pattern: string | undefined;
  for (const [at, line] of linesOf(text)) {
    if (/^\s/.test(line)) {
      const header = headerOf(line);
      if (pattern !== undefined && header) rules.push({ pattern, ...header });
      else left.push(at);
    } else {
      pattern = pathOf(line)?.pattern;
      if (pattern === undefined) left.push(at);
    }
  }
  return { rules, left };
}

/** What belongs to the connection, or to the body. */
const notTheirs =
  /^(connection|content-(length|encoding|range)|date|etag|keep-alive|server|te|trailer|transfer-encoding|upgrade)$/i;

/** A name, and a value without what the server's configuration would read as more than text: `{}`, `\` and backticks. */
function headerOf(line: string): Pick<HeaderRule, 'name' | 'value'> | undefined {
  const [, name = '', value = ''] = /^([A-Za-z][\w-]*)\s*:\s*([ -[\]-_a-z|~]+)$/.exec(line.trim()) ?? [];
  if (/^basic-auth$/i.test(line.trim().split(':')[0]?.trim() ?? ''))
    throw failure('E_BUILD_PLAN', '_headers asks for Basic-Auth, and the pages would be open to all', {
      hint: 'take it out of _headers; pages behind a password need a server of their own',
    });
  return name === '' || notTheirs.test(name) ? undefined : { name, value };
}

/** `FROM TO [STATUS[!]]` */
function readRedirects(text: string): Read<RedirectRule> {
  const rules: RedirectRule[] = [];
  const left: number[] = [];
  for (const [at, line] of linesOf(text)) {
    const rule = redirectOf(line.replace(/\s#.*$/, '').trim());
    if (rule) rules.push(rule);
    else left.push(at);
  }
  return { rules, left };
}

const pageOfSite = /^\/(?!\/)[\w.~%:?=&+,;@#/-]*$/;
const elsewhere = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w.~%:?=&+,;@#/-]*)?$/;

function redirectOf(line: string): RedirectRule | undefined {
  const words = /^(\S+)\s+(\S+)(?:\s+(200|301|302|303|307|308)(!?))?$/.exec(line);
  if (!words) return undefined;
  const [, from = '', to = '', status = '301', mark] = words;
  const path = pathOf(from);
  // Pages of another site in place of one's own would need a proxy.
  const isPossible = pageOfSite.test(to) || (status !== '200' && elsewhere.test(to));
  return path && isPossible ? { ...path, to, status: Number(status), forced: mark === '!' } : undefined;
}

/** `/blog/:year/*` as a pattern of Go's regexp; `*` at its end is `:splat`. */
function pathOf(text: string): Pick<RedirectRule, 'pattern' | 'names'> | undefined {
  if (!/^\/[\w.~%:/-]*\*?$/.test(text)) return undefined;
  const names: string[] = [];
  const parts = text
    .replace(/\/?\*$/, '')
    .split('/')
    .map((part) => {
      if (!/^:[A-Za-z]\w*$/.test(part)) return part.replaceAll('.', String.raw`\.`);
      names.push(part.slice(1));
      return String.raw`([^/\\]+)`;
    });
  if (!text.endsWith('*')) return { pattern: `^${parts.join('/')}$`, names };
  names.push('splat');
  // What is put behind a slash has none of its own in front, nor a backslash: it would become another host.
  const rest = String.raw`((?:[^/\\][^\\]*)?)`;
  const slash = text.endsWith('/*') ? '(?:/|$)' : '';
  return { pattern: `^${parts.join('/')}${slash}${rest}$`, names };
}

function linesOf(text: string): (readonly [number, string])[] {
  return text
    .split(/\r?\n/)
    .map((line, at) => [at + 1, line.trimEnd()] as const)
    .filter(([, line]) => line !== '' && !line.trim().startsWith('#'));
}

/** Lines of a Caddyfile, in a route, that set the headers. */
export function headerLines({ headers }: PageRules): readonly string[] {
  return headers.flatMap(({ pattern, name, value }, at) => [
    `@headers${at} path_regexp ${pattern}`,
    `header @headers${at} ${name} "${value.replaceAll('"', String.raw`\"`)}"`,
  ]);
}

/** Lines of a Caddyfile, in a route, that redirect, or serve another page. */
export function redirectLines({ redirects }: PageRules): readonly string[] {
  return redirects.flatMap((rule, at) => [
    `@redirect${at} {`,
    `\tpath_regexp redirect${at} ${rule.pattern}`,
    ...(rule.forced ? [] : ['\tnot file {path} {path}.html {path}/index.html']),
    '}',
    rule.status === 200
      ? `rewrite @redirect${at} ${targetOf(rule, at)}`
      : `redir @redirect${at} ${targetOf(rule, at)} ${rule.status}`,
  ]);
}

function targetOf({ to, names }: RedirectRule, at: number): string {
  return to.replaceAll(/:([A-Za-z]\w*)/g, (text, name: string) => {
    const group = names.indexOf(name) + 1;
    return group === 0 ? text : `{re.redirect${at}.${group}}`;
  });
}
