import { z } from 'zod';
import type { Line } from '../model/line.ts';
import { failure } from '../model/failures.ts';
import type { Right } from '../model/access.ts';
import { type Field, flag, optionalApp } from './field.ts';
import { type Operation, operation, type View } from './operation.ts';
import { detail, header, out } from './print.ts';

/** What `X:report` gives: for each app (null: global) its rows. */
export const report = z
  .array(
    z.object({
      app: z.string().nullable(),
      /** `ps`, `apps`, ...: the group. */
      group: z.string(),
      rows: z.array(z.object({ key: z.string(), label: z.string(), value: z.string() })).readonly(),
    }),
  )
  .readonly();

export type Report = z.infer<typeof report>;
export type ReportRow = Report[number]['rows'][number];

/** A type, not an interface: it must be a `Fields` without having every key. */
type ReportInput = { readonly app: Field<string | null>; readonly global: Field<boolean> };

/** The row of `X:report [APP|--global]`, for a group with settings that all apps share. */
export function reporter(options: {
  readonly summary: string;
  readonly description?: string;
  readonly examples: readonly string[];
  readonly aliases?: readonly string[];
  readonly right?: Right;
}): Operation<ReportInput, Report> {
  return operation<ReportInput, Report>({
    right: 'app:read',
    ...options,
    mutates: false,
    input: { app: optionalApp(), global: flag({ help: 'only what holds for all apps' }) },
    problem: ({ app, global }) =>
      app !== null && global ? 'Either an app or --global, not both' : undefined,
    output: report,
    listing: 'report',
    show: showReport,
  });
}

/** Width of `Label:` in the text form. */
const labelWidth = 31;

/** A row whose key comes from its label: `Git deploy branch` -> `git-deploy-branch`. */
export function row(label: string, value: string | number | boolean | null): ReportRow {
  return { key: label.toLowerCase().replaceAll(' ', '-'), label, value: value === null ? '' : String(value) };
}

/**
 * A report as text: `=====> APP ps information` and its rows, or the bare value of the one row that was asked for.
 * Throws E_INPUT, naming the valid ones, when no row has that key.
 */
export function showReport(parts: Report, view: Pick<View, 'info'>): readonly Line[] {
  const { info } = view;
  if (info !== null) return parts.map((part) => out(valueOf(part, info)));
  return parts.flatMap((part) => [
    header(part.app === null ? `${part.group} information` : `${part.app} ${part.group} information`),
    ...part.rows.map(({ label, value }) => detail(`${`${label}: `.padEnd(labelWidth)}${value}`)),
  ]);
}

/** A report as JSON: keys without the group's prefix. One part is one object, several are objects by app. */
export function reportJson(parts: Report, single: boolean): unknown {
  const objects = parts.map((part) => [part.app ?? 'global', objectOf(part)] as const);
  const first = objects[0];
  return single && first !== undefined ? first[1] : Object.fromEntries(objects);
}

function objectOf(part: Report[number]): Record<string, string> {
  return Object.fromEntries(part.rows.map(({ key, value }) => [bareKey(key, part.group), value]));
}

/** `--git-deploy-branch` and `--deploy-branch` both ask for the row `git-deploy-branch`. */
function valueOf(part: Report[number], info: string): string {
  const found = part.rows.find(({ key }) => key === info || bareKey(key, part.group) === info);
  if (found !== undefined) return found.value;
  const valid = part.rows.map(({ key }) => `--${key}`).join(', ');
  throw failure('E_INPUT', `Invalid flag passed: --${info}`, { hint: `valid flags: ${valid}` });
}

function bareKey(key: string, group: string): string {
  return key.startsWith(`${group}-`) ? key.slice(group.length + 1) : key;
}
