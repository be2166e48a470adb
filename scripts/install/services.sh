# Sourced by install.sh: what keeps slipwayd running. The router is started by slipwayd and goes on without it.

units=/etc/systemd/system

install_services() {
  step 'Starting slipwayd'
  if [ "$supervisor" = systemd ]; then start_by_systemd; else start_by_script; fi
  wait_until 30 slipwayd_answers || explain_silence
  remove_old_programs
  detail "$("$wrapper" version)"
}

slipwayd_answers() { "$wrapper" version >/dev/null 2>&1; }

explain_silence() {
  if [ "$supervisor" = systemd ]; then
    journalctl -u slipwayd -n 20 --no-pager -o cat | sed 's/^/       /' >&2
  else
    tail -n 20 "$root/log/slipwayd.log" | sed 's/^/       /' >&2
  fi
  fail 'slipwayd does not answer after 30 s.' 'The lines above are the end of its log: mend what they name, then run ./install.sh again.'
}

start_by_systemd() {
  local unit changed=$program_changed$settings_changed
  for unit in slipwayd slipway-router; do
    write_file "$units/$unit.service" 644 "$(unit_text "$unit")"
    changed=$changed$file_changed
  done
  quietly systemctl daemon-reload
  quietly systemctl enable slipwayd slipway-router
  if [ -n "$changed" ]; then quietly systemctl restart slipwayd; else quietly systemctl start slipwayd; fi
}

# Every value was checked by check_settings; none has a character that sed or systemd reads as its own.
unit_text() {
  sed -e "s|@LIB@|$lib|g" -e "s|@ROOT@|$root|g" -e "s|@HAPROXY@|$(command -v haproxy)|g" "$checkout/scripts/install/$1.service"
}

# slipway.env is read at each start of slipwayd, as systemd does. The flag: see slipwayd.service.
start_by_script() {
  if [ -n "$program_changed$settings_changed" ]; then stop_supervised slipwayd; fi
  supervise slipwayd env -i HOME=/root "PATH=$PATH" LANG=C.UTF-8 sh -c 'set -a; . "$0"; exec "$@"' \
    "$root/slipway.env" "$lib/node" --max-semi-space-size=2 "$lib/slipwayd.mjs"
}

# supervise NAME PROGRAM ARGS...: does nothing where NAME is supervised already.
supervise() {
  local name=$1
  shift
  mkdir -p "$root/run" "$root/log"
  setsid "$(supervisor_script)" "$(supervisor_pidfile "$name")" "$root/log/$name.log" "$@" </dev/null >/dev/null 2>&1 &
}

# Docker is started before our program is installed.
supervisor_script() {
  if [ -x "$lib/supervise.sh" ]; then echo "$lib/supervise.sh"; else echo "$checkout/scripts/supervise.sh"; fi
}

# The router's is where slipwayd put it (src/router/router-paths.ts).
supervisor_pidfile() {
  if [ "$1" = router ]; then echo "$root/router/supervisor.pid"; else echo "$root/run/$1.supervisor.pid"; fi
}

# Waits for the end: a supervisor ends after its program did.
stop_supervised() {
  local file pid
  file=$(supervisor_pidfile "$1")
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'supervise\.sh'; then
    kill "$pid"
    wait_until 60 ended "$pid" || fail "$1 (supervised by pid $pid) does not end." "Its log: $root/log/$1.log"
  fi
  rm -f "$file"
}

ended() { ! kill -0 "$1" 2>/dev/null; }

log_of() {
  if [ "$supervisor" = systemd ]; then echo "journalctl -u $2"; else echo "$root/log/$1.log"; fi
}
