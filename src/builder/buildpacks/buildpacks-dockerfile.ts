import {
  configHash,
  configSecret,
  makeUserCommand,
  user,
  writeFileCommand,
} from '../detect/plan-dockerfile.ts';
import { installCommand } from '../detect/system-packages.ts';

/*
 * Heroku's classic buildpacks by their published contract (dev center, "Buildpack API"): bin/detect BUILD,
 * bin/compile BUILD CACHE ENV, bin/release BUILD, a file `export` for the buildpacks behind, .profile.d/*.sh at start.
 */

/** A pair of images, with the name by which buildpacks know what programs it has. */
export interface Stack {
  readonly name: string;
  readonly build: string;
  readonly run: string;
  /** Packages of the distribution that the images lack. */
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
}

/** Heroku's own images where a registry answers. */
const herokuStack: Stack = {
  name: 'heroku-24',
  build: 'heroku/heroku:24-build',
  run: 'heroku/heroku:24',
  packages: { build: [], run: [] },
};

/** Else Debian with what buildpacks use most. Its C library is newer than that of the stack that it stands in for. */
const debianStack: Stack = {
  name: 'heroku-22',
  build: 'debian:bookworm-slim',
  run: 'debian:bookworm-slim',
  packages: {
    build:
      'build-essential ca-certificates curl file git jq libssl-dev libpq-dev libyaml-dev python3 rsync unzip xz-utils zlib1g-dev zstd'.split(
        ' ',
      ),
    run: 'ca-certificates curl libpq5 libyaml-0-2 openssl tzdata'.split(' '),
  },
};

export function stackFor(registry: boolean): Stack {
  return registry ? herokuStack : debianStack;
}

/** Where things are in the build context. */
export const contextFolders = { source: 'source', packs: 'buildpacks' } as const;

/** Where the image keeps what `bin/release` of the last buildpack wrote. */
export const releaseFile = '/slipway/release.yml';

export function buildpacksDockerfile(stack: Stack): string {
  return `FROM ${stack.build} AS build
USER root
${installLine(stack.packages.build)}RUN ${makeUserCommand}; mkdir -p /app /build /slipway /cache && chown ${user} /app /build /slipway /cache
${scriptLine('/slipway/compile', compileScript(stack.name))}
COPY ${contextFolders.packs}/ /buildpacks/
COPY --chown=${user} ${contextFolders.source}/ /build/
USER ${user}
ARG ${configHash.all}
RUN --mount=type=cache,target=/cache,uid=1000,gid=1000,sharing=locked --mount=type=secret,id=${configSecret.all},mode=0444 /slipway/compile

FROM ${stack.run} AS runtime
USER root
${installLine(stack.packages.run)}RUN ${makeUserCommand}; mkdir -p /app && chown ${user} /app
${scriptLine('/slipway/launch', launchScript)}
COPY --from=build ${releaseFile} ${releaseFile}
COPY --from=build --chown=${user} /app /app
WORKDIR /app
USER ${user}
ENTRYPOINT ["/slipway/launch"]
`;
}

function installLine(packages: readonly string[]): string {
  if (packages.length === 0) return '';
  return `RUN ${installCommand(packages, { quiet: true })}\n`;
}

function scriptLine(path: string, text: string): string {
  return `RUN ${writeFileCommand(path, text)} && chmod 755 ${path}`;
}

/**
 * One file a variable in the folder ENV, its value exactly; then each buildpack in its turn, which finds only what the
 * ones before exported. What is built in /build ends up in /app.
 */
export function compileScript(stack: string): string {
  return `#!/bin/bash
set -eo pipefail
env_dir=$(mktemp -d)
if [ -f /run/secrets/${configSecret.all} ]; then
  while IFS= read -r -d '' entry; do
    case "\${entry%%=*}" in PWD | OLDPWD | SHLVL | _) continue ;; esac
    printf %s "\${entry#*=}" > "$env_dir/\${entry%%=*}"
  done < <(env -i /bin/bash -c 'set -a; . /run/secrets/${configSecret.all}; env -0')
fi
export HOME=/app STACK=${stack} REQUEST_ID=slipway CI=true
: > ${releaseFile}
for pack in $(ls -d /buildpacks/*/ | sort -V); do
  name=$(cat "$pack/.slipway-name")
  for program in detect compile; do
    if [ ! -x "$pack/bin/$program" ]; then echo " !     $name is no buildpack: it has no bin/$program"; exit 1; fi
  done
  if ! found=$("$pack/bin/detect" /build); then echo " !     The app is not compatible with the buildpack $name"; exit 1; fi
  echo "-----> \${found:-$name} app detected"
  "$pack/bin/compile" /build /cache "$env_dir"
  if [ -f "$pack/export" ]; then . "$pack/export"; fi
  if [ -x "$pack/bin/release" ]; then "$pack/bin/release" /build > ${releaseFile}; fi
done
cp -a /build/. /app/
rm -rf "$env_dir"
`;
}

const launchScript = `#!/bin/bash
export HOME=/app
cd /app
for file in .profile.d/*.sh; do if [ -r "$file" ]; then . "$file"; fi; done
if [ -r .profile ]; then . ./.profile; fi
exec "$@"
`;
