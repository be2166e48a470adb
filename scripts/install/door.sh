# Sourced by install.sh: the user that people push as, the folders, and sshd's way to it.

sshd_drop_in=/etc/ssh/sshd_config.d/slipway.conf

install_account() {
  step "Making the user $ssh_user and the folders under $root"
  make_user
  if [ -n "$dokku_alias" ]; then make_dokku_user; fi
  make_folder 711 root "$root"
  make_folder 711 root "$root/run"
  make_folder 700 root "$root/log"
  make_folder 755 root "$root/home"
  make_folder 755 root "$root/ssh"
  make_folder 700 "$ssh_user" "$root/repos"
}

# Both names are free, or were made by us.
check_accounts() {
  [ "$(home_of "$ssh_user" "$root/home")" = "$root/home" ] ||
    fail "There is a user $ssh_user already, and it is not Slipway's." 'Choose another name: --ssh-user NAME'
  if [ -n "$dokku_alias" ]; then refuse_real_dokku; fi
}

# No password, but not locked either: sshd lets a locked account in by no way (usermod(8), `*` against `!`).
make_user() {
  if [ "$(home_of "$ssh_user")" = "$root/home" ]; then
    detail 'already there'
    return
  fi
  quietly useradd --system --user-group --home-dir "$root/home" --no-create-home --shell /bin/sh "$ssh_user"
  quietly usermod -p '*' "$ssh_user"
}

# home_of USER [DEFAULT]: DEFAULT, or nothing, where there is no such user.
home_of() {
  local home
  home=$(getent passwd "$1" | cut -d: -f6 || true)
  echo "${home:-${2:-}}"
}

make_dokku_user() {
  if [ "$(home_of dokku)" = "$root/home" ]; then return; fi
  quietly useradd --non-unique --uid "$(id -u "$ssh_user")" --gid "$(id -g "$ssh_user")" --home-dir "$root/home" --no-create-home --shell /bin/sh dokku
  quietly usermod -p '*' dokku
}

make_folder() {
  install -d -m "$1" -o "$2" -g "$2" "$3"
}

# One file of ours, taken back when sshd does not like it; the rest of its configuration is the owner's.
install_door() {
  step 'Telling sshd about the door'
  mkdir -p /run/sshd "$(dirname "$sshd_drop_in")"
  [ -f /etc/ssh/ssh_host_ed25519_key ] || quietly ssh-keygen -A
  check_include
  write_file "$sshd_drop_in" 644 "$(drop_in_text)"
  if [ -n "$file_changed" ]; then
    quietly sshd -t || undo_door
    reload_sshd
    detail "$sshd_drop_in"
  else
    detail 'already there'
  fi
  ensure_sshd
}

# A package, a user or a command of that name that we did not make.
refuse_real_dokku() {
  if ! dpkg -s dokku >/dev/null 2>&1 && [ "$(home_of dokku "$root/home")" = "$root/home" ] &&
    { [ ! -e "$dokku_wrapper" ] || [ "$(readlink "$dokku_wrapper")" = "$wrapper" ]; }; then
    return
  fi
  fail 'A real Dokku is installed here.' 'Leave --dokku-alias away, or remove Dokku first.'
}

drop_in_text() {
  local users=("$ssh_user")
  if [ -n "$dokku_alias" ]; then users+=(dokku); fi
  "$lib/node" "$checkout/scripts/install/print-sshd-drop-in.ts" "$root/ssh/authorized_keys" "${users[@]}"
}

check_include() {
  grep -Eqi '^[[:space:]]*Include[[:space:]].*sshd_config\.d' /etc/ssh/sshd_config ||
    fail '/etc/ssh/sshd_config does not include the files of sshd_config.d.' 'Add as its first line: Include /etc/ssh/sshd_config.d/*.conf'
}

undo_door() {
  rm -f "$sshd_drop_in"
  fail 'sshd refuses its configuration with the lines of Slipway; they are taken back.' "What it says is at the end of $log"
}

reload_sshd() {
  local pid
  if [ "$supervisor" = systemd ]; then
    quietly systemctl try-reload-or-restart ssh
    return
  fi
  pid=$(sshd_pid)
  [ -n "$pid" ] || return 0
  kill -HUP "$pid"
  sleep 0.2 # it closes its port, and starts itself anew
  wait_until 5 port_open || true
}

# The sshd that listens, not one of a session.
sshd_pid() {
  ss -ltnpH "sport = :$ssh_port" | grep -o '"sshd",pid=[0-9]*' | head -n 1 | cut -d= -f2 || true
}

port_open() { [ -n "$(ss -ltnH "sport = :$ssh_port")" ]; }

ensure_sshd() {
  if port_open; then return; fi
  if [ "$supervisor" = systemd ]; then
    quietly systemctl enable --now ssh
  else
    supervise sshd /usr/sbin/sshd -D -e -p "$ssh_port"
  fi
  wait_until 10 port_open || fail "sshd does not listen on port $ssh_port." "Its log: $(log_of sshd ssh)"
  detail "sshd listens on port $ssh_port"
}
