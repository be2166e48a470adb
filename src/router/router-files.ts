import { makeFolder, readIfThere, writeAllAtomic, writeIfChanged } from '../base/files.ts';
import { parseList, renderList } from './certificate-files.ts';
import { mapNames, mapsOf, parseMap, renderMap, type Maps } from './map-file.ts';
import { pageNames, renderPage } from './pages.ts';
import type { ProxyState } from './proxy-state.ts';
import { renderConfig, type ProxySettings } from './render-config.ts';
import { pagePath, type RouterPaths } from './router-paths.ts';
import { parseConfig, stateOf } from './state-of.ts';

/** Path -> text of the files that hold routes: the configuration, the maps, the list of certificates. */
export type FileTexts = ReadonlyMap<string, string>;

export function renderFiles(settings: ProxySettings, state: ProxyState): FileTexts {
  const maps = mapsOf(state);
  const texts = mapNames.map((name): [string, string] => [settings.paths.maps[name], renderMap(maps[name])]);
  const list = renderList(settings.paths, state.certificates);
  return new Map([
    ...texts,
    [settings.paths.certificateList, list],
    [settings.paths.config, renderConfig(settings, state)],
  ]);
}

/** The files as they are, without those that are not there. */
export async function readFiles(paths: RouterPaths): Promise<FileTexts> {
  const files = new Map<string, string>();
  for (const path of [...Object.values(paths.maps), paths.certificateList, paths.config]) {
    const text = await readIfThere(path);
    if (text !== undefined) files.set(path, text);
  }
  return files;
}

/** The files as they are; a map or list that is not there, as with an older version, is made empty. */
export async function presentFiles(paths: RouterPaths): Promise<FileTexts> {
  const there = await readFiles(paths);
  const missing = [...Object.values(paths.maps), paths.certificateList].filter((path) => !there.has(path));
  const empty = new Map(missing.map((path): [string, string] => [path, '']));
  await writeAllAtomic(empty);
  return new Map([...there, ...empty]);
}

/** The routes that a start with these files would give. */
export function stateOfFiles(paths: RouterPaths, files: FileTexts): ProxyState {
  const text = (path: string) => files.get(path) ?? '';
  const maps: Maps = {
    hosts: parseMap(text(paths.maps.hosts)),
    wild: parseMap(text(paths.maps.wild)),
    apps: parseMap(text(paths.maps.apps)),
    proofs: parseMap(text(paths.maps.proofs)),
  };
  const certificates = parseList(text(paths.certificateList));
  return stateOf({ ...parseConfig(text(paths.config)), maps, certificates });
}

/** Writes those of the files that differ from what is there; none where the disk has no room for all. */
export async function writeFiles(files: FileTexts, there: FileTexts): Promise<void> {
  await writeAllAtomic(new Map([...files].filter(([path, text]) => there.get(path) !== text)));
}

/** Makes the folders and the pages. Says whether a page is another than before. */
export async function writePages(paths: RouterPaths): Promise<boolean> {
  await makeFolder(paths.folder);
  await makeFolder(paths.pages);
  await makeFolder(paths.certificates);
  let changed = false;
  for (const name of pageNames) {
    if (await writeIfChanged(pagePath(paths, name), renderPage(name))) changed = true;
  }
  return changed;
}
