#!/bin/sh
# The forced command of every key in authorized_keys: entry.sh PATHS KEY
#
# A push or fetch goes to git, after asking slipwayd whether this key may do it; any other command to slipwayd itself,
# and where its answer takes more than showing it, to the CLI. In sh, because Node costs 30 to 50 ms. What the client sent
# stands in $SSH_ORIGINAL_COMMAND; it is cut up by parameter expansion only, and never evaluated.
set -u
LC_ALL=C # so that [a-z] means these bytes and no others
export LC_ALL
unset NODE_OPTIONS NODE_EXTRA_CA_CERTS # the CLI needs neither, and loading certificates costs 30 ms

# shellcheck source=/dev/null
. "$1" # door, node, cli, hooks: written by slipwayd, root's own
key=$2
command=${SSH_ORIGINAL_COMMAND-}
newline='
'

refuse() {
  printf ' !     %s\n' "$@" >&2
  exit 1
}

# -q first: no .curlrc. No proxy: the machine's environment may name one, and it is not meant for this socket.
ask() {
  curl -q -s --noproxy '*' --unix-socket "$door" -H "Slipway-Key: $key" "$@"
}

case $command in
'git-receive-pack '* | 'git-upload-pack '* | 'git-upload-archive '*)
  service=${command%% *}
  repository=${command#* }
  ;;
'git receive-pack '* | 'git upload-pack '* | 'git upload-archive '*)
  service=git-${command#git }
  service=${service%% *}
  repository=${command#git * }
  ;;
*)
  color=
  if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then color='?color=true'; fi
  # The text, then a line: `out 0` or `err 20`, which is where the text goes and the exit status; or `cli`. The command
  # goes by standard input, since it may hold a secret, and an argument list is for all to see. After 10 seconds the CLI
  # asks: it notices when the client goes away.
  answer=$(
    ask --max-time 10 --data-binary @- "http://slipway/v1/ssh/command$color" <<.
$command
.
  ) || answer=cli # broken off: its last line may be anything
  outcome=${answer##*"$newline"}
  text=${answer%"$outcome"}
  case $outcome in
  'out '[0-9]*)
    printf '%s' "$text"
    exit "${outcome#out }"
    ;;
  'err '[0-9]*)
    printf '%s' "$text" >&2
    exit "${outcome#err }"
    ;;
  esac
  SLIPWAY_SSH_COMMAND=$command SLIPWAY_KEY=$key SLIPWAY_DOOR=$door
  export SLIPWAY_SSH_COMMAND SLIPWAY_KEY SLIPWAY_DOOR
  exec "$node" "$cli"
  ;;
esac

# git sends the repository as one quoted word: 'shop', '/shop', '~/shop' or 'shop.git'.
app=${repository#[\'\"]}
app=${app%[\'\"]}
app=${app#'~'}
app=${app#/}
app=${app%/}
app=${app%.git}
case $app in
'' | [!a-z0-9]* | *[!a-z0-9.-]*)
  refuse 'This is not the name of an app: it may only contain lowercase letters, digits, dots and hyphens' \
    'The address of an app is ssh://USER@HOST/APP'
  ;;
esac

answer=$(ask -w '\n%{http_code}' --data-urlencode "app=$app" --data-urlencode "service=$service" \
  http://slipway/v1/git/authorize)
case $? in
0) ;;
7) refuse 'slipwayd does not answer; apps run on without it (E_DAEMON_DOWN)' ;;
*) refuse 'slipwayd broke off its answer; try again' ;;
esac

# Two lines, the repository and the deploy branch, then the status that curl wrote.
status=${answer##*"$newline"}
answer=${answer%"$newline"*}
if [ "$status" != 200 ]; then
  printf '%s\n' "${answer%"$newline"}" >&2
  exit 1
fi
answer=$answer$newline
repository=${answer%%"$newline"*}
answer=${answer#*"$newline"}
branch=${answer%%"$newline"*}

[ -f "$repository/HEAD" ] || git init -q --bare -b main --template= "$repository" >&2 || refuse "No repository could be made for $app"

# For the hook. The session is sshd's process for this connection, which ends with it.
SLIPWAY_APP=$app SLIPWAY_KEY=$key SLIPWAY_DEPLOY_BRANCH=$branch SLIPWAY_DOOR=$door SLIPWAY_SESSION=$PPID
export SLIPWAY_APP SLIPWAY_KEY SLIPWAY_DEPLOY_BRANCH SLIPWAY_DOOR SLIPWAY_SESSION

exec git -c core.hooksPath="$hooks" -c receive.advertisePushOptions=true -c transfer.fsckObjects=false \
  "${service#git-}" "$repository"
