#!/bin/sh
# Keeps one program running where no systemd does.
#
#   supervise.sh PIDFILE LOGFILE PROGRAM [ARGS...]
#
# Runs PROGRAM with its output at the end of LOGFILE, and starts it again 0.2 s after it ended (up to 5 s
# when it ends at once again and again). The supervisor stays in the foreground: start it with setsid and &.
#   PIDFILE   the supervisor's own pid; a second start while that one lives does nothing and exits 0
#   TERM, INT stop PROGRAM by TERM, wait for its end, remove PIDFILE, exit 0
#   HUP, USR2 are passed on to PROGRAM
# LOGFILE becomes LOGFILE.1 at the first start of PROGRAM that finds it larger than 10 MB.
set -u

if [ $# -lt 3 ]; then
  echo 'usage: supervise.sh PIDFILE LOGFILE PROGRAM [ARGS...]' >&2
  exit 64
fi

pidfile=$1
logfile=$2
shift 2

least_pause=2 # in tenths of a second
most_pause=50
short_life=2 # seconds; a program that ends sooner is started again later and later
largest_log=10485760

child=
stopping=

# A pid may have been given to another program since: it counts only with our name in its command line.
is_supervisor() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q 'supervise\.sh'
}

# Exits where another supervisor has the PIDFILE. The lock on the folder lets two starts not both see none.
claim_pidfile() {
  exec 9<"$(dirname "$pidfile")" || exit 1
  flock 9 || exit 1
  if is_supervisor "$(cat "$pidfile" 2>/dev/null)"; then exit 0; fi
  echo $$ >"$pidfile.$$" && mv -f "$pidfile.$$" "$pidfile" || exit 1
  exec 9<&-
}

rotate_log() {
  size=$(stat -c %s "$logfile" 2>/dev/null || echo 0)
  if [ "$size" -gt "$largest_log" ]; then mv -f "$logfile" "$logfile.1"; fi
}

pass_on() {
  if [ -n "$child" ]; then kill -s "$1" "$child" 2>/dev/null; fi
}

stop() {
  stopping=yes
  pass_on TERM
}

# `wait` returns early at each signal that has a trap.
wait_for_child() {
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
}

run_once() {
  rotate_log
  code=127
  "$@" >>"$logfile" 2>&1 &
  child=$!
  if [ -n "$stopping" ]; then pass_on TERM; fi
  wait_for_child
  child=
}

rest() {
  sleep "$((pause / 10)).$((pause % 10))" &
  wait $!
}

claim_pidfile
trap stop TERM INT
trap 'pass_on HUP' HUP
trap 'pass_on USR2' USR2

pause=$least_pause
while [ -z "$stopping" ]; do
  began=$(date +%s)
  run_once "$@"
  if [ -n "$stopping" ]; then break; fi
  if [ $(($(date +%s) - began)) -ge "$short_life" ]; then pause=$least_pause; fi
  echo "supervise: $1 ended with $code; again in $((pause / 10)).$((pause % 10)) s" >>"$logfile"
  rest
  pause=$((pause * 2 > most_pause ? most_pause : pause * 2))
done

if [ "$(cat "$pidfile" 2>/dev/null)" = $$ ]; then rm -f "$pidfile"; fi
