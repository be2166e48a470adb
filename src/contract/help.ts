import type { Line } from '../model/line.ts';
import type { Field } from './field.ts';
import type { HelpTopic } from './help-topic.ts';
import { type Group, groups, type OperationName, rowOf } from './operations.ts';
import { columns, out } from './print.ts';
import { flagUsage, isFlag, isOptional, usageOf, wordUsages } from './usage.ts';

/** What `help`, `help --all`, `GROUP:help` and `COMMAND --help` print. */
export function helpLines(topic: HelpTopic): readonly Line[] {
  return helpTexts(topic).map(out);
}

function helpTexts(topic: HelpTopic): readonly string[] {
  if (topic.about === 'overview') return overview();
  if (topic.about === 'all') return allTexts().slice(0, -1);
  if (topic.about === 'group')
    return [...groupTexts(topic.group), '', 'slipway COMMAND --help tells more of one command'];
  return commandTexts(topic.name);
}

function overview(): readonly string[] {
  return [
    'Usage: slipway [--quiet] [--force] [--detach] [--app APP] COMMAND [WORD...]',
    '',
    'Git push deploys; these commands do the rest:',
    '',
    ...indented(groups.map(({ name, title }) => [`${name}:help`, title])),
    '',
    ...indented([
      ['help --all', 'every command'],
      ['COMMAND --help', 'more of one command'],
      ['completion bash|zsh', 'a script that completes commands in your shell'],
    ]),
    '',
    'On every command: --quiet drops headers, --force asks nothing, --app APP names the app, --detach queues it.',
    'On listings and reports: --format json.',
  ];
}

/** All groups; what has the same commands as another one is told in a line. */
function allTexts(): readonly string[] {
  return groups.flatMap((group) => [
    ...(group.like === undefined
      ? groupTexts(group)
      : [`${group.title}: the same commands as ${group.like}, such as ${group.operations[0]}`]),
    '',
  ]);
}

function groupTexts({ title, operations }: Group): readonly string[] {
  const shown = operations.filter((name) => rowOf(name).hidden !== true);
  return [
    `${title}:`,
    '',
    ...indented(shown.map((name) => [[name, ...wordUsages(name)].join(' '), rowOf(name).summary])),
  ];
}

function commandTexts(name: OperationName): readonly string[] {
  const row = rowOf(name);
  const fields = Object.entries(row.input);
  const words = fields.filter(([, field]) => !isFlag(field));
  const flags = fields.filter(([, field]) => isFlag(field));
  return [
    `Usage: ${usageOf(name)}`,
    '',
    row.summary,
    ...(row.description === undefined ? [] : row.description.split('\n')),
    ...section(
      'Arguments',
      words.map(([, field]) => [wordName(field), wordHelp(field)]),
    ),
    ...section('Flags', [
      ...flags.map(([key, field]) => [flagWithShort(key, field), field.help]),
      ...listingFlags(name),
    ]),
    ...(row.aliases === undefined ? [] : ['', `Also: ${row.aliases.join(', ')}`]),
    '',
    row.examples.length === 1 ? 'Example:' : 'Examples:',
    ...row.examples.map((example) => `  slipway ${example}`),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...indented(rows)];
}

function indented(rows: readonly (readonly string[])[]): readonly string[] {
  return columns(rows).map((line) => `  ${line}`);
}

export function wordName(field: Field): string {
  return field.place === 'stdin' ? 'standard input' : field.placeholder;
}

export function wordHelp(field: Field): string {
  return isOptional(field) && field.place !== 'optionalApp' ? `${field.help} (may be left out)` : field.help;
}

/** `-n, --num N` */
export function flagWithShort(key: string, field: Field): string {
  return field.short === undefined ? flagUsage(key, field) : `-${field.short}, ${flagUsage(key, field)}`;
}

/** What the grammar gives to every listing and report. */
export function listingFlags(name: OperationName): readonly (readonly string[])[] {
  const { listing } = rowOf(name);
  if (listing === undefined) return [];
  const format = ['--format text|json', 'json: for programs'];
  return listing === 'list' ? [format] : [format, ['--KEY', 'only the value of this row, such as --running']];
}
