# Sourced by install.sh: the first key, the words that a person needs next, and the demo.

admin_key=/root/.ssh/slipway_ed25519
admin_key_comment='slipway admin of this server'

install_admin_key() {
  step 'Making a first key'
  if has_keys; then
    detail 'already there'
    return
  fi
  install -d -m 700 /root/.ssh
  [ -f "$admin_key" ] || quietly ssh-keygen -q -t ed25519 -N '' -C "$admin_key_comment" -f "$admin_key"
  quietly "$wrapper" ssh-keys:add admin "$admin_key.pub"
  detail "$admin_key may deploy as admin"
}

has_keys() {
  local keys
  keys=$("$wrapper" ssh-keys:list --format json)
  [ "$(tr -d '[:space:]' <<<"$keys")" != '[]' ]
}

say_what_next() {
  local host=$domain
  if [ "$domain" = localhost ]; then host=$(hostname); fi
  host=${host%.sslip.io}
  printf '=====> Slipway is ready. Your first push, from your laptop:\n'
  detail "ssh root@$host slipway ssh-keys:add laptop < ~/.ssh/id_ed25519.pub"
  detail "git remote add slipway $(push_address "$host" my-app)"
  detail 'git push slipway main'
  if [ "$supervisor" = script ]; then warn 'No systemd here: after a restart of this machine run ./install.sh again.'; fi
}

push_address() {
  if [ "$ssh_port" = 22 ]; then echo "$ssh_user@$1:$2"; else echo "ssh://$ssh_user@$1:$ssh_port/$2"; fi
}

# The way of a user: a real repository, a real push over ssh, a real request.
run_demo() {
  step 'Pushing the demo app hello'
  [ -f "$admin_key" ] || fail "The demo pushes with $admin_key, and that key is not here." 'Push examples/hello-node yourself, as shown above.'
  local folder
  folder=$(mktemp -d)
  cp -R "$checkout/examples/hello-node/." "$folder/app"
  commit_demo "$folder/app"
  push_demo "$folder" || fail 'The push was refused.' 'The lines above say why; mend it, then run ./install.sh --demo again.'
  rm -rf "$folder"
  show_demo
}

# The same commit each time, so that a second demo finds it there.
commit_demo() {
  local date='2026-01-01T00:00:00Z'
  git -C "$1" init -q -b main
  git -C "$1" add -A
  GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date \
    git -C "$1" -c user.name=slipway -c user.email=slipway@localhost commit -q -m Hello
}

push_demo() {
  local options="-i $admin_key -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR -p $ssh_port"
  GIT_SSH_COMMAND="ssh $options -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=$1/known_hosts" \
    git -C "$1/app" push "$ssh_user@127.0.0.1:hello" main
}

# Asked by its name but at this machine: names under localhost need no DNS then.
show_demo() {
  local url
  url=$("$wrapper" url hello)
  wait_until 30 ask_demo "$url" >/dev/null || fail "$url does not answer." "Look at: slipway logs hello"
  detail "$url answers:"
  ask_demo "$url" | sed -e '/<title>/d' -e 's/<[^>]*>//g' -e '/^[[:space:]]*$/d' -e 's/^[[:space:]]*/         /'
}

ask_demo() {
  curl -fsS --max-time 5 --connect-to "::127.0.0.1:$http_port" "$1" 2>>"$log"
}
