import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import { readXml, recordAt, recordsAt, textAt, textsAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';
import type { Module } from './java-build.ts';

/** A pom.xml, of the top or of a module. */
export interface Pom extends Module {
  readonly project: Manifest;
  /** `jar`, `war`, or `pom` for one that only holds modules together. */
  readonly packaging: string;
  /** Plugins that it uses, by their names. */
  readonly plugins: readonly string[];
  /** Groups of all that it names. */
  readonly groups: string;
}

/** That of the top and of all its modules. Throws E_BUILD_PLAN for one that is missing or cannot be read. */
export function readPoms(source: SourceView): readonly Pom[] {
  const poms = new Map<string, Pom>();
  const waiting = ['.'];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (poms.has(folder)) continue;
    const pom = readPom(source, folder);
    poms.set(folder, pom);
    waiting.push(...modulesOf(pom));
  }
  return [...poms.values()];
}

function readPom(source: SourceView, folder: string): Pom {
  const path = posix.join(folder, 'pom.xml');
  const manifest = readXml(source, path);
  if (manifest === undefined)
    throw failure('E_BUILD_PLAN', `There is no ${path}, which tells Maven what to build`, {
      hint: 'commit it, or mend <modules> in the pom.xml above it',
    });
  const project = recordAt(manifest, 'project');
  const plugins = recordsAt(project, 'build', 'plugins', 'plugin');
  const names = plugins.flatMap((plugin) => textAt(plugin, 'artifactId') ?? []);
  return {
    folder,
    project,
    packaging: textAt(project, 'packaging') ?? 'jar',
    plugins: names,
    groups: groupsOf(project, plugins),
    isApp: names.some((name) => appPlugins.includes(name)) || plugins.some(hasMainClass),
  };
}

/** Each is a folder, or the pom.xml in it. */
function modulesOf({ folder, project }: Pom): readonly string[] {
  const one = textAt(project, 'modules', 'module');
  const modules = one === undefined ? textsAt(project, 'modules', 'module') : [one];
  const odd = modules.find((module) => !/^[\w .@+/-]+$/.test(module));
  if (odd === undefined)
    return modules.map((module) => posix.join(folder, module.replace(/\/pom\.xml$/, '')));
  throw failure('E_BUILD_PLAN', `pom.xml has a module ${JSON.stringify(odd)}, which is no plain name`, {
    hint: 'name its folder by letters, digits and - . _, or commit a Dockerfile',
  });
}

/** What makes a program of a module. */
const appPlugins = [
  'spring-boot-maven-plugin',
  'quarkus-maven-plugin',
  'micronaut-maven-plugin',
  'maven-shade-plugin',
  'maven-assembly-plugin',
];

function hasMainClass(plugin: Manifest): boolean {
  return textAt(plugin, 'configuration', 'archive', 'manifest', 'mainClass') !== undefined;
}

function groupsOf(project: Manifest, plugins: readonly Manifest[]): string {
  const named = [
    recordAt(project, 'parent'),
    ...recordsAt(project, 'dependencies', 'dependency'),
    ...recordsAt(project, 'dependencyManagement', 'dependencies', 'dependency'),
    ...plugins,
  ];
  return named.map((each) => textAt(each, 'groupId') ?? '').join(' ');
}

/** The version of Java that one of these compiles for, the first of them that says it. */
export function compilesFor(poms: readonly Pom[]): string | undefined {
  const said = poms.flatMap(({ project }) => {
    const properties = recordAt(project, 'properties');
    const plugins = recordsAt(project, 'build', 'plugins', 'plugin');
    const compiler = plugins.find((each) => textAt(each, 'artifactId') === 'maven-compiler-plugin');
    const ofCompiler = ['release', 'source'].map((key) => textAt(compiler, 'configuration', key));
    return [...ofCompiler, ...versionKeys.map((key) => textAt(properties, key))];
  });
  return said.flatMap((text) => numberIn(poms, text) ?? [])[0];
}

const versionKeys = [
  'maven.compiler.release',
  'java.version',
  'maven.compiler.source',
  'maven.compiler.target',
];

/** What a text comes to that may be a property, `${java.version}`. */
function numberIn(poms: readonly Pom[], text: string | undefined): string | undefined {
  let value = text;
  for (let depth = 0; depth < 5 && value?.startsWith('${'); depth += 1)
    value = property(poms, value.slice(2, -1));
  return value !== undefined && /^\d+(\.\d+)*$/.test(value) ? value : undefined;
}

/** A property of any of the files. */
export function property(poms: readonly Pom[], key: string): string | undefined {
  return poms.flatMap(({ project }) => textAt(project, 'properties', key) ?? [])[0];
}
