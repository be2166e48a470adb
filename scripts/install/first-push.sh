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
  detail "git remote add slipway $(push_address "$host" hello)"
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
  (cd "$folder/app" && push_demo "$folder")
  rm -rf "$folder"
  show_demo
}

push_demo() {
  local me=(-c user.name=slipway -c user.email=slipway@localhost)
  git init -q -b main
  git add -A
  # The same commit each time, so that a second demo finds it there.
  GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git "${me[@]}" commit -q -m 'Hello'
  GIT_SSH_COMMAND="ssh -i $admin_key -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=$1/known_hosts -p $ssh_port" \
    git push "$ssh_user@127.0.0.1:hello" main || fail 'The push was refused.' 'The lines above say why; mend it, then run ./install.sh --demo again.'
}

# Asked by its name but at this machine: names under localhost need no DNS then.
show_demo() {
  local url
  url=$("$wrapper" url hello)
  wait_until 30 ask_demo "$url" || fail "$url does not answer." "Look at: slipway logs hello"
  detail "$url answers:"
  ask_demo "$url" | sed -e 's/<[^>]*>//g' -e '/^[[:space:]]*$/d' -e 's/^[[:space:]]*/         /'
}

ask_demo() {
  curl -fsS --max-time 5 --connect-to "::127.0.0.1:$http_port" "$1" 2>>"$log"
}
