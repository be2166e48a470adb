# Sourced by install.sh: how it talks, and what it says when a step fails.

current_step='reading the options'

step() {
  current_step=$1
  printf -- '-----> %s\n' "$1"
}

detail() { printf '       %s\n' "$1"; }

warn() { printf ' !     %s\n' "$1" >&2; }

# fail CAUSE FIX...: ends the installation; the failure is explained, so the trap adds nothing.
fail() {
  explained=yes
  local line
  for line in "$@"; do warn "$line"; done
  exit 1
}

# Runs a noisy program with its output in the log.
quietly() {
  printf '\n== %s\n' "$*" >>"$log"
  "$@" >>"$log" 2>&1
}

on_exit() {
  local code=$?
  release_policy
  if [ "$code" = 0 ] || [ -n "${explained:-}" ]; then return; fi
  warn "The step \"$current_step\" failed."
  if [ -s "$log" ]; then
    tail -n 15 "$log" | sed 's/^/       /' >&2
    warn "The whole log: $log"
  fi
  warn 'Mend the cause, then run ./install.sh again: it goes on where it stopped.'
}
