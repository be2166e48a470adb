# Sourced by install.sh: builds Slipway in the checkout and puts it where it runs, so that the checkout may go.

wrapper=/usr/local/bin/slipway
dokku_wrapper=/usr/local/bin/dokku

build_program() {
  step 'Building Slipway'
  if modules_are_fresh; then
    detail 'Node and libraries are already there'
  else
    install_modules
    detail "Node $("$checkout/node_modules/.bin/node" --version) and libraries from the npm registry"
  fi
  (cd "$checkout" && quietly node_modules/.bin/node scripts/build.ts)
}

# The versions of package-lock.json. Not `npm ci`: it wants an entry for every platform's variant of a package, and gives
# up where a mirror does not have them all.
install_modules() {
  (cd "$checkout" && quietly npm install --no-save --no-audit --no-fund --loglevel=error)
}

# npm writes node_modules/.package-lock.json as its last act.
modules_are_fresh() {
  local modules=$checkout/node_modules
  [ ! "$checkout/package-lock.json" -nt "$modules/.package-lock.json" ] && "$modules/.bin/node" --version >/dev/null 2>&1
}

# The folder of a version is made beside the running one; renaming one symbolic link switches to it.
install_program() {
  step "Installing to $lib"
  local version folder
  version=$(program_version)
  folder=$lib.versions/$version
  if [ "$(readlink "$lib")" = "$folder" ]; then
    detail 'already there'
    return
  fi
  rm -rf "$folder.new" "$folder"
  mkdir -p "$folder.new"
  cp -R "$checkout/dist/." "$folder.new/"
  cp -L "$checkout/node_modules/.bin/node" "$folder.new/node"
  chmod -R u=rwX,go=rX "$folder.new"
  mv "$folder.new" "$folder"
  ln -s "$folder" "$lib.new"
  mv -T "$lib.new" "$lib"
  program_changed=yes
  detail "version $version"
}

# What is built, as a short name: the same files and the same Node give the same one.
program_version() {
  (
    cd "$checkout" || exit
    { find dist -type f -print0 | sort -z | xargs -0 sha256sum && node_modules/.bin/node --version; }
  ) | sha256sum | cut -c1-12
}

# Once the new version runs; a process of an old one keeps what it has open.
remove_old_programs() {
  local folder current
  current=$(readlink "$lib")
  for folder in "$lib.versions"/*; do
    if [ "$folder" != "$current" ]; then rm -rf "$folder"; fi
  done
}

# Certificates are unset since the command talks to a socket only, and reading them takes Node 30 ms.
wrapper_text() {
  local line="exec $lib/node $lib/slipway.cjs \"\$@\""
  if [ "$root" != "$default_root" ]; then line="SLIPWAY_ROOT=$root $line"; fi
  printf '#!/bin/sh\nunset NODE_OPTIONS NODE_EXTRA_CA_CERTS\n%s\n' "$line"
}

install_wrapper() {
  write_file "$wrapper" 755 "$(wrapper_text)"
  [ -n "$dokku_alias" ] || return 0
  ln -sfn "$wrapper" "$dokku_wrapper"
}

# write_file PATH MODE TEXT: only where it differs; true when it did, told by file_changed.
write_file() {
  file_changed=
  if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return 0; fi
  printf '%s\n' "$3" >"$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
  file_changed=yes
}
