#!/bin/sh
# The pre-receive hook: sends the tree of the pushed deploy branch to slipwayd, shows its lines, and lets git take the
# push only if the deploy succeeded. entry.sh sets SLIPWAY_APP, _KEY, _DOOR, _SESSION (a process) and
# _DEPLOY_BRANCH (empty: not chosen yet).
#
# The pushed objects are in quarantine while this runs: git's environment variables make them readable for git archive
# here, and for nobody else. So the hook sends the tree, rather than slipwayd reading the repository.
set -u

warn() {
  printf ' !     %s\n' "$@"
}

refuse() {
  warn "$@"
  exit 1
}

# What was pushed: the lines OLD NEW REF. An id of zeros as NEW is a deletion.
chosen= chosen_old= chosen_commit= main= main_old= main_commit= branches=0 others=
while read -r old new ref; do
  branch=${ref#refs/heads/}
  case $new in
  *[!0]*) ;;
  *)
    [ "$ref" != "refs/heads/$SLIPWAY_DEPLOY_BRANCH" ] || refuse "$branch is the deploy branch: it cannot be deleted"
    continue
    ;;
  esac
  if [ "$branch" = "$ref" ]; then
    others="$others ${ref#refs/*/}"
    continue
  fi
  branches=$((branches + 1))
  others="$others $branch"
  if [ -z "$SLIPWAY_DEPLOY_BRANCH" ] || [ "$branch" = "$SLIPWAY_DEPLOY_BRANCH" ]; then
    chosen=$branch chosen_old=$old chosen_commit=$new
  fi
  case $branch in
  main) main=$branch main_old=$old main_commit=$new ;;
  master) [ -n "$main" ] || main=$branch main_old=$old main_commit=$new ;;
  esac
done

# The first push chooses: its only branch, or main (master) among several.
if [ -z "$SLIPWAY_DEPLOY_BRANCH" ] && [ "$branches" -gt 1 ]; then
  chosen=$main chosen_old=$main_old chosen_commit=$main_commit
fi

deploy_branch=${SLIPWAY_DEPLOY_BRANCH:-${chosen:-not chosen yet: push one branch, or main}}
set -f # names of refs have no spaces; without -f the shell would look for files of these names
for ref in $others; do
  [ "$ref" = "$chosen" ] || warn "Pushed to $ref: not deployed; the deploy branch is $deploy_branch"
done
[ -n "$chosen" ] || exit 0

case $chosen in
*[!A-Za-z0-9._/+-]*) refuse 'The deploy branch may only have letters, digits and . _ / + - in its name' ;;
esac

git cat-file -e "$chosen_commit:.gitmodules" 2>/dev/null && warn 'Submodules are not fetched; their folders are empty'

detach= rebuild= option=0
while [ "$option" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do
  case $(printenv "GIT_PUSH_OPTION_$option") in
  detach) detach=yes ;;
  rebuild) rebuild='&rebuild' ;;
  *) warn 'This push option is not known, and not used; there is: -o detach, -o rebuild' ;;
  esac
  option=$((option + 1))
done

query="app=$SLIPWAY_APP&commit=$chosen_commit&branch="
rest=$chosen
while [ "$rest" != "${rest#*+}" ]; do # a + in an address would be read as a space
  query="$query${rest%%+*}%2B"
  rest=${rest#*+}
done
query="$query$rest$rebuild"
# The branch has moved by the time of a detached deploy.
if [ -n "$detach" ]; then query="$query&detach"; else query="$query&before=$chosen_old"; fi

# A named pipe rather than `git archive | curl`: in a pipeline, curl would see the end of a tree that git archive could
# not write to its end, and end its request properly. Here this shell holds the pipe open, and curl is killed first.
# It lies in the quarantine folder, which is this push's own, and loses its name as soon as both ends are open.
pipe=${GIT_QUARANTINE_PATH:-.}/slipway.pipe
mkfifo "$pipe" || refuse 'The tree could not be sent: no pipe could be made'

# The answer is text for this terminal. Its status is how it ends: whole is success, cut off is failure (18).
# No Expect: curl would wait for 100 Continue before it sends.
curl -q -sN --noproxy '*' --fail-with-body --unix-socket "$SLIPWAY_DOOR" -H "Slipway-Key: $SLIPWAY_KEY" -H 'Expect:' \
  -X POST -T - "http://slipway/v1/git/receive?$query" <"$pipe" &
sender=$!
exec 3>"$pipe"
rm -f "$pipe"

# When the client goes away (Ctrl-C, lost connection), sshd's process for it ends, and nothing else: git receive-pack
# waits for this hook, whatever became of its own output, and curl waits for slipwayd. So this looks for that process,
# and ends curl when it is gone; slipwayd sees the connection close, and cancels. By /proc, since kill -0 would also fail
# for a process that may not be signalled. No input or output of git's here: git waits for the end of both.
{
  while read -r _ _ state _ <"/proc/$SLIPWAY_SESSION/stat" && [ "$state" != Z ] && [ -d "/proc/$$" ]; do sleep 0.5; done
  kill "$sender"
} </dev/null >/dev/null 2>&1 3>&- &
watcher=$!
trap 'kill "$watcher" 2>/dev/null' EXIT

# The answer of a slipwayd that died ends as that of one that refuses: cut off. So ask whether there is one. A connection
# to one that is just dying may still be made, but is not answered; a new start takes longer than the question.
gone() {
  curl -q -s -m 10 -o /dev/null --noproxy '*' --unix-socket "$SLIPWAY_DOOR" http://slipway/
  case $? in
  0 | 28) return 1 ;; # 28: there, but too busy to answer in time
  esac
}

archived=yes
git archive --format=tar "$chosen_commit" >&3 || {
  archived=no
  kill "$sender" 2>/dev/null # one that ended by itself, and so broke the pipe, keeps its own exit status
}
exec 3>&-
wait "$sender"
case $? in
0)
  [ "$archived" = yes ]
  exit
  ;;
7) refuse 'slipwayd does not answer; apps run on without it (E_DAEMON_DOWN)' ;;
22) exit 1 ;; # slipwayd said why
143) refuse 'The tree of this commit could not be read; git fsck in your repository may tell more' ;;
18) gone || exit 1 ;; # one that is still there said why, and cut its answer off
*) gone || refuse "The connection to slipwayd broke off; slipway deploys $SLIPWAY_APP shows what became of the deploy" ;;
esac
refuse 'E_DAEMON_DOWN: slipwayd went away in the middle of this deploy; apps run on without it' \
  'At its next start it takes the deploy back, or finishes it if the new release was live' \
  "Fix: slipway deploys $SLIPWAY_APP then shows which; push again if it failed"
