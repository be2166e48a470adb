# Sourced by install.sh: what the installer decides, kept in ROOT/slipway.env.
# A setting is, in this order: the option, the environment, what slipway.env said before, the default.

# setting NAME OPTION DEFAULT: the value of SLIPWAY_<NAME>. OPTION is what the command line gave, or empty.
setting() {
  local variable=SLIPWAY_$1
  echo "${2:-${!variable:-$(saved_setting "$1" "${3:-}")}}"
}

saved_setting() {
  local line=
  if [ -f "$root/slipway.env" ]; then line=$(grep -m 1 "^SLIPWAY_$1=" "$root/slipway.env" || true); fi
  if [ -n "$line" ]; then echo "${line#*=}"; else echo "$2"; fi
}

choose_settings() {
  root=$(chosen_root)
  instance=$(setting INSTANCE "$instance_option" main)
  http_port=$(setting HTTP_PORT "$http_port_option" 80)
  https_port=$(setting HTTPS_PORT "$https_port_option" 443)
  ssh_user=$(setting SSH_USER "$ssh_user_option" slipway)
  ssh_port=$(setting SSH_PORT "$ssh_port_option")
  domain=$(setting GLOBAL_DOMAIN "$domain_option")
  supervisor=script
  if [ -d /run/systemd/system ]; then supervisor=systemd; fi
  check_settings
  if [ "$(home_of dokku)" = "$root/home" ]; then dokku_alias=yes; fi
}

# A root chosen once stands in the wrapper of the command.
chosen_root() {
  local before=
  if [ -f "$wrapper" ]; then before=$(sed -n 's/^SLIPWAY_ROOT=\([^ ]*\) exec .*/\1/p' "$wrapper"); fi
  echo "${root_option:-${SLIPWAY_ROOT:-${before:-$default_root}}}"
}

# These values end up in units, in sshd's configuration and in a file that a shell reads.
check_settings() {
  check_text --root "$root" '^/[A-Za-z0-9._/-]*[A-Za-z0-9]$'
  check_text --instance "$instance" '^[a-z][a-z0-9]{0,15}$'
  check_text --http-port "$http_port" '^[0-9]{1,5}$'
  check_text --https-port "$https_port" '^[0-9]{1,5}$'
  check_text --ssh-port "$ssh_port" '^[0-9]{0,5}$'
  check_text --ssh-user "$ssh_user" '^[a-z][a-z0-9-]{0,30}$'
  check_text --domain "$domain" '^[a-z0-9.-]*$'
}

check_text() {
  [[ $2 =~ $3 ]] || fail "$1 cannot be \"$2\"." './install.sh --help shows what it takes.'
}

# These two look at the machine, so they are found out after its packages are there.
detect_settings() {
  ssh_port=${ssh_port:-$(detected_ssh_port)}
  domain=${domain:-$(detected_domain)}
}

detected_ssh_port() {
  mkdir -p /run/sshd
  sshd -T 2>/dev/null | awk '$1 == "port" { print $2; found = 1; exit } END { if (!found) print 22 }' || true
}

# A public address on an interface of this machine gives names that resolve to it; else the apps are local.
detected_domain() {
  local address
  for address in $(ip -4 -o addr show scope global | grep -Ev ' (docker|br-|veth)' | grep -o 'inet [0-9.]*' | cut -d' ' -f2); do
    is_private "$address" && continue
    echo "$address.sslip.io"
    return
  done
  echo localhost
}

# RFC 1918, loopback, link-local, and the shared space of RFC 6598.
is_private() {
  [[ $1 =~ ^(10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2[0-9]|3[01])\.|^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\. ]]
}

# Our own lines of slipway.env are written anew; a line of somebody else stays.
write_settings() {
  step "Writing $root/slipway.env"
  local ours others=
  ours=$(our_settings)
  if [ -f "$root/slipway.env" ]; then
    others=$(grep -vE "^($(cut -d= -f1 <<<"$ours" | paste -sd '|'))=" "$root/slipway.env" || true)
  fi
  write_file "$root/slipway.env" 644 "$ours${others:+
$others}"
  settings_changed=$file_changed
  if [ -n "$settings_changed" ]; then detail "apps at APP.$domain, ports $http_port and $https_port"; else detail 'already there'; fi
}

our_settings() {
  cat <<END
SLIPWAY_ROOT=$root
SLIPWAY_INSTANCE=$instance
SLIPWAY_HTTP_PORT=$http_port
SLIPWAY_HTTPS_PORT=$https_port
SLIPWAY_GLOBAL_DOMAIN=$domain
SLIPWAY_SSH_USER=$ssh_user
SLIPWAY_SSH_PORT=$ssh_port
SLIPWAY_SUPERVISOR=$supervisor
SLIPWAY_LIB=$lib
END
}
