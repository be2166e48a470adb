import { failure } from '../../../model/failures.ts';
import { finish, output, programStage, removeSources, webProgram } from '../compiled.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { appFolder, copy, run, type PlanWarning, type Step } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { withPackages } from '../system-packages.ts';
import { readCargo, type Cargo } from './rust/cargo.ts';
import { frameworkOf, packagesOf } from './rust/known-crates.ts';
import { chooseRust } from './rust/rust-version.ts';

/** Programs of Rust that cargo builds, of one package or of a workspace. */
export const rust: Language = {
  name: 'rust',
  detects: (source) => (source.has('Cargo.toml') ? 'Cargo.toml' : undefined),
  plan,
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes } = context;
  const cargo = readCargo(source);
  const { image, ...version } = chooseRust(context, cargo.top);
  const framework = frameworkOf(cargo);
  const start = startOf(context, cargo);
  const packages = packagesOf(cargo);
  const steps = [
    ...withPackages([...packages.build, ...wishes.packages.build]),
    ...prepare(context),
    copy(['.'], appFolder),
    compile(context, cargo),
    removeSources('rs', ['target', 'vendor']),
  ];
  const rocket = framework === 'Rocket';
  return {
    framework,
    reasons: [`programs: ${cargo.programs.join(', ')}`],
    versions: [version],
    ...finish(wishes, {
      build: { name: 'build', from: image, steps },
      runtime: programStage(rocket ? { ROCKET_ADDRESS: '0.0.0.0' } : {}, [
        ...packages.run,
        ...wishes.packages.run,
      ]),
      start: start !== null && rocket ? `ROCKET_PORT=$PORT ${start}` : start,
    }),
    ignore: ['target'],
    warnings: warningsOf(source),
  };
}

const caches = [
  { target: '/usr/local/cargo/registry' },
  { target: '/usr/local/cargo/git' },
  { target: `${appFolder}/target` },
];

/** A toolchain that a file asks for comes with the first call of cargo: once, not with each change of the code. */
function prepare({ source, wishes }: PlanContext): Step[] {
  const files = ['rust-toolchain.toml', 'rust-toolchain'].filter((path) => source.has(path));
  return [
    ...(files.length > 0 ? [copy(files, appFolder), run('cargo --version')] : []),
    ...(wishes.install === null ? [] : [run(wishes.install, { caches, config: 'install' })]),
  ];
}

/**
 * What cargo made before is kept, in a folder that no image has, so the programs are taken from there at once. Cargo
 * tells by their times whether files changed, and those of a build's source are all the same: they are made new.
 */
function compile({ source, wishes }: PlanContext, { programs }: Cargo): Step {
  const locked = source.has('Cargo.lock') ? ' --locked' : '';
  const files = programs.map((name) => `target/release/${name}`).join(' ');
  const touch = 'find . -path ./target -prune -o -type f -exec touch {} +';
  const build = wishes.build ?? `cargo build --release --bins${locked} && cp ${files} ${output}/`;
  return run(`mkdir -p ${output}; ${touch}; ${build}`, {
    title: wishes.build ?? 'cargo build --release',
    caches,
    config: 'all',
  });
}

function startOf(context: PlanContext, { programs, first }: Cargo): string | null {
  if (programs.length === 0 && context.wishes.build === null)
    throw failure('E_BUILD_PLAN', 'Cargo.toml is that of a library: nothing of it can be started', {
      hint: 'commit a program, such as src/main.rs or src/bin/web.rs',
    });
  const web = programs.length === 0 ? null : webProgram(context, programs, first);
  return web === null ? null : `bin/${web}`;
}

function warningsOf(source: SourceView): PlanWarning[] {
  const lock = {
    text: 'there is no Cargo.lock: each build may get other versions of what it needs',
    fix: 'take it out of .gitignore and commit it',
  };
  const target = {
    text: 'target/ is committed, and made anew here',
    fix: 'git rm -r --cached target, and add it to .gitignore',
  };
  const committed = source.paths.some((path) => path.startsWith('target/'));
  return [...(source.has('Cargo.lock') ? [] : [lock]), ...(committed ? [target] : [])];
}
