#!/bin/sh
# Becomes HAProxy, with a pipe for the line that it tells of each request.
#
#   start-router.sh PIPE PROGRAM [ARGS...]
#
# PROGRAM has the PIPE open at both ends (SLIPWAY_REQUESTS names it in HAProxy's words), so that what is told while
# slipwayd is away waits there: 4 MB, where the machine lets a pipe have so much, else 1 MB. More than that is not told.
# A socket would not do: HAProxy 2.6 tries without a pause to connect to one that nobody serves, which takes a core.
# Where there can be no pipe nothing is told, and PROGRAM starts all the same.
set -u

if [ $# -lt 2 ]; then
  echo 'usage: start-router.sh PIPE PROGRAM [ARGS...]' >&2
  exit 64
fi

pipe=$1
shift

# 1031 is F_SETPIPE_SZ of Linux.
enlarge='fcntl(STDIN, 1031, 4 << 20) or fcntl(STDIN, 1031, 1 << 20)'

[ -p "$pipe" ] || mkfifo -m 600 "$pipe" || true
if [ -p "$pipe" ] && command exec 3<>"$pipe"; then
  perl -e "$enlarge" <&3 || true
  export SLIPWAY_REQUESTS=fd@3
fi
exec "$@"
