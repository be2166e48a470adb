# Sourced by install.sh: what the machine must be and have.

least_free_mb=3000

check_machine() {
  step 'Checking this machine'
  check_system
  check_root_folder
  check_disk
  check_accounts
}

check_ports() {
  check_port "$http_port" --http-port
  check_port "$https_port" --https-port
}

check_root() {
  [ "$(id -u)" = 0 ] || fail 'The installation changes the system, so it needs root.' "Run it as root: sudo ./install.sh"
}

check_system() {
  local id version
  command -v apt-get >/dev/null || fail 'There is no apt-get here.' 'Slipway installs on Debian 12 or 13 and Ubuntu 22.04 or 24.04.'
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail "The processor type $(uname -m) is not supported." 'Use a machine with x86_64 or aarch64.' ;;
  esac
  id=$(. /etc/os-release && echo "$ID")
  version=$(. /etc/os-release && echo "${VERSION_ID:-}")
  case "$id $version" in
    'debian 12' | 'debian 13' | 'ubuntu 22.04' | 'ubuntu 24.04') ;;
    *) warn "$id $version is not one of the tested systems (Debian 12, 13, Ubuntu 22.04, 24.04); going on." ;;
  esac
  detail "$id $version, $(uname -m), $supervisor as supervisor"
}

# What lies there is ours, or nothing does: --uninstall --purge removes the folder with all that is in it.
check_root_folder() {
  root_is_ours || [ -z "$(ls -A "$root" 2>/dev/null)" ] ||
    fail "There are files in $root already, and they are not Slipway's." 'Choose a folder of its own: --root DIR'
}

# From the first moment of an installation on.
root_is_ours() { [ -f "$root/slipway.env" ] || [ -f "$root/install.log" ]; }

check_disk() {
  local free folder=$root
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$least_free_mb" ] || fail "Only $free MB are free where $root would be." "Make room for $least_free_mb MB, or choose another place: --root DIR"
  detail "$free MB free"
}

# A port may be taken by our own router: its command line names our folder.
check_port() {
  local port=$1 option=$2 pid
  for pid in $(ss -ltnpH "sport = :$port" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$root/" && continue
    fail "Port $port is taken by $(cat "/proc/$pid/comm") (pid $pid)." "Stop that program, or choose another port: $option PORT"
  done
}

install_packages() {
  step 'Installing what is missing from the distribution'
  local missing
  missing=$(missing_packages)
  if [ -z "$missing" ]; then
    detail 'already there'
  else
    detail "$missing"
    # shellcheck disable=SC2086
    run_apt $missing
  fi
  check_haproxy
}

# Package:program, or the package's own name where it has no program.
needed_packages='docker.io:dockerd git:git curl:curl openssh-server:sshd openssh-client:ssh-keygen haproxy:haproxy openssl:openssl
  mmdebstrap:mmdebstrap iproute2:ss npm:npm xz-utils:xz ca-certificates:
  libatomic1:' # the Node that npm brings is linked against it, and a minimal Debian lacks it

missing_packages() {
  local pair package program missing=
  for pair in $needed_packages; do
    package=${pair%%:*} program=${pair#*:}
    if [ -n "$program" ]; then
      command -v "$program" >/dev/null || missing="$missing $package"
    else
      dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    fi
  done
  echo "${missing# }"
}

run_apt() {
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  local haproxy_was_there=
  command -v haproxy >/dev/null && haproxy_was_there=yes
  quietly apt-get update
  hold_services
  # shellcheck disable=SC2046
  quietly apt-get install -y --no-install-recommends "$@" $(docker_client_package)
  release_policy
  # The package enables a haproxy service of its own; ours is another one.
  if [ -z "$haproxy_was_there" ] && [ "$supervisor" = systemd ]; then quietly systemctl disable haproxy; fi
}

# From Debian 13 on, the docker command is a package of its own.
docker_client_package() {
  command -v docker >/dev/null || apt-cache search --names-only '^docker-cli$' | awk '{ print $1 }'
}

policy_file=/usr/sbin/policy-rc.d

# Packages start their services when they are installed; while ours are, none does.
hold_services() {
  [ -e "$policy_file" ] && return
  printf '#!/bin/sh\n# slipway install: removed when it is done\nexit 101\n' >"$policy_file"
  chmod 755 "$policy_file"
}

release_policy() {
  if grep -qs '^# slipway install' "$policy_file"; then rm -f "$policy_file"; fi
}

# Servers are added to a running HAProxy without `experimental-mode` from 2.6 on.
check_haproxy() {
  local version
  version=$(haproxy -v | grep -o 'version [0-9]*\.[0-9]*' | cut -d' ' -f2)
  [ "$(printf '%s\n2.6\n' "$version" | sort -V | head -n 1)" = 2.6 ] ||
    fail "The distribution's HAProxy is $version; Slipway needs 2.6 or later." 'Install a later one (on Ubuntu 22.04 from the PPA of its packager), then run ./install.sh again.'
}

start_docker() {
  step 'Starting Docker'
  if docker_answers; then
    detail 'already running'
    return
  fi
  if [ "$supervisor" = systemd ]; then
    quietly systemctl enable --now docker
  else
    forget_dead_dockerd
    supervise dockerd "$(command -v dockerd)"
  fi
  wait_until 30 docker_answers || fail 'Docker was started but does not answer.' "Its log: $(log_of dockerd docker)"
  detail "Docker $(docker version --format '{{.Server.Version}}')"
}

# A dockerd that was killed leaves its pid file, and a new one does not start where another program has that pid by now.
forget_dead_dockerd() {
  local file=/var/run/docker.pid
  if [ ! -f "$file" ]; then return; fi
  grep -qx dockerd "/proc/$(cat "$file")/comm" 2>/dev/null || rm -f "$file"
}

docker_answers() { docker info >/dev/null 2>&1; }

# wait_until SECONDS COMMAND...: true as soon as the command is.
wait_until() {
  local left=$(($1 * 5))
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.2
  done
}
