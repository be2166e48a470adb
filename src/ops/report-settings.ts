import { type Report, type ReportRow, row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import type { Setting } from './app-settings.ts';
import type { Call, Deps } from './deps.ts';
import { visibleApps } from './visible-apps.ts';

/** What `X:report` tells of a group. */
export interface ReportPlan {
  readonly group: string;
  /** What can be set, by its words: `deploy branch`. */
  readonly settings: Readonly<Record<string, (app: App | null) => Setting>>;
  /** What else is told of an app. */
  readonly rows: (app: App) => readonly ReportRow[];
}

/** A part for the app that the call names, or for each that its actor may see; or, with `global`, what holds for all. */
export function reportOf(
  deps: Deps,
  call: Call,
  { plan, global }: { readonly plan: ReportPlan; readonly global: boolean },
): Report {
  const { group, settings, rows } = plan;
  if (global) {
    const all = Object.entries(settings).map(([words, of]) => globalRow(group, words, of(null)));
    return [{ app: null, group, rows: all }];
  }
  return visibleApps(deps, call).map((app) => ({
    app: app.name,
    group,
    rows: [...Object.entries(settings).flatMap(([words, of]) => rowsOf(group, words, of(app))), ...rows(app)],
  }));
}

function rowsOf(group: string, words: string, setting: Setting): readonly ReportRow[] {
  return [
    row(`${capital(group)} ${words}`, setting.own),
    globalRow(group, words, setting),
    row(`${capital(group)} computed ${words}`, setting.computed),
  ];
}

function globalRow(group: string, words: string, { global }: Setting): ReportRow {
  return row(`${capital(group)} global ${words}`, global);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
