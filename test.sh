#!/usr/bin/env bash
# Runs all checks and tests; the last line is "N passed, N failed".
#
#   ./test.sh [checks|pure|drivers|stories|fresh] [-- FILE...]
#
#   checks   lint, format, structure, types, generated docs
#   pure     decisions, without the outside world
#   drivers  each driver against the real program (Docker, HAProxy, sshd, ...)
#   stories  whole deploys, as a user types them
#   fresh    ./install.sh on a fresh Debian
# Without a word: everything. Missing programs come from the distribution; a dockerd started here is stopped again.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$checkout"
for part in print machine program services; do
  # shellcheck source=/dev/null
  . "scripts/install/$part.sh"
done

root=$(mktemp -d)
log=$root/test.log
supervisor=script
lib=$root/lib
node=node_modules/.bin/node
passed=0
failed=0
finished=''

# The sum is the last line whatever happened.
finish() {
  local code=$?
  on_exit_step "$code"
  stop_supervised dockerd || true
  rm -rf "$root"
  if [ -z "$finished" ]; then failed=$((failed + 1)); fi
  printf '%s passed, %s failed\n' "$passed" "$failed"
  if [ "$failed" -gt 0 ]; then exit 1; fi
}

on_exit_step() {
  release_policy
  if [ "$1" = 0 ] || [ ! -s "$log" ]; then return; fi
  warn "The step \"$current_step\" failed; the end of its output:"
  tail -n 30 "$log" >&2
}

# What only tests need: an ACME server, a scanner of TLS, a name server, and what changes its records.
needed_packages="$needed_packages pebble:pebble sslscan:sslscan knot:knotd bind9-dnsutils:nsupdate age:age zstd:zstd"

prepare() {
  check_root
  install_packages
  step 'Libraries'
  if modules_are_fresh; then
    detail 'already there'
  else
    install_modules
  fi
}

run_checks() {
  check 'lint' node_modules/.bin/oxlint --deny-warnings
  check 'format' node_modules/.bin/biome format .
  check 'structure' "$node" scripts/check-structure.ts
  check 'types' node_modules/.bin/tsc --noEmit
  check 'generated docs' "$node" scripts/generate-docs.ts --check
}

# A check that fails counts as one failed test, and the others still run.
check() {
  step "Check: $1"
  shift
  if ! "$@"; then
    warn "Failed: $*"
    failed=$((failed + 1))
  fi
}

build() {
  step 'Build'
  quietly "$node" scripts/build.ts
}

run_pure() {
  run_ring 'pure' 2 $(find src scripts -name '*.test.ts' ! -name '*.driver.test.ts' | sort)
}

run_drivers() {
  start_docker
  run_ring 'drivers' 1 $(find src -name '*.driver.test.ts' | sort)
}

run_stories() {
  start_docker
  build
  run_ring 'stories' 1 $(find test/stories -name '*.test.ts' | sort)
}

run_fresh() {
  start_docker
  run_ring 'fresh machine' 1 $(find test/fresh-machine -name '*.test.ts' | sort)
}

# run_ring NAME CONCURRENCY FILE...: the files of the command line instead, where it names any.
run_ring() {
  local name=$1 concurrency=$2 code=0
  shift 2
  if [ ${#chosen[@]} -gt 0 ]; then set -- "${chosen[@]}"; fi
  step "Tests: $name"
  : >"$root/tap"
  if [ $# = 0 ]; then
    warn 'There is no test in this ring.'
    failed=$((failed + 1))
    return
  fi
  "$node" --test --test-concurrency="$concurrency" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$root/tap" "$@" || code=$?
  count_ring "$code"
}

# The closing comments of TAP: "# pass 12". A ring without a single test is a failure too.
count_ring() {
  local good bad
  good=$(counted pass)
  bad=$(($(counted fail) + $(counted cancelled)))
  if [ "$bad" = 0 ] && { [ "$1" != 0 ] || [ "$good" = 0 ]; }; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
}

counted() {
  sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$root/tap" | tail -n 1 | grep . || echo 0
}

usage() { sed -n '2,/^set /{/^set /d; s/^# \{0,1\}//; p}' "${BASH_SOURCE[0]}"; }

main() {
  local ring=${1:-all}
  chosen=()
  case $ring in
    all | checks | pure | drivers | stories | fresh) ;;
    *)
      usage
      trap - EXIT
      rm -rf "$root"
      exit 64
      ;;
  esac
  if [ "${2:-}" = -- ]; then chosen=("${@:3}"); fi
  prepare
  if [ "$ring" = all ]; then
    run_checks
    run_pure
    run_drivers
    run_stories
    run_fresh
  else
    "run_$ring"
  fi
  finished=yes
}

trap finish EXIT
main "$@"
