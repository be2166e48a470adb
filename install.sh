#!/usr/bin/env bash
# Installs Slipway on this machine, or brings it up to date: ./install.sh --help
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
default_root=/var/lib/slipway
lib=/usr/local/lib/slipway
log=/dev/null

for part in print settings machine program door services first-push uninstall; do
  # shellcheck source=/dev/null
  . "$checkout/scripts/install/$part.sh"
done

usage() {
  cat <<'END'
usage: ./install.sh [OPTIONS]              install, or bring up to date; what is right already is left alone
       ./install.sh --uninstall [--purge]  remove the programs; with --purge the data, user and images too

  --domain DOMAIN     apps are at APP.DOMAIN (default: this machine's public address under sslip.io, else localhost)
  --http-port PORT    of the router (default 80)
  --https-port PORT   of the router (default 443)
  --ssh-user NAME     whom people push as (default slipway)
  --ssh-port PORT     of sshd (default: what sshd is set to)
  --root DIR          where everything is kept (default /var/lib/slipway)
  --instance ID       names all of this installation in Docker (default main)
  --dokku-alias       the command dokku and the user dokku work too
  --demo              push a small app at the end, and show its answer

The environment gives the same: SLIPWAY_ROOT, SLIPWAY_HTTP_PORT, SLIPWAY_GLOBAL_DOMAIN and so on.
What was chosen stays chosen: it is kept in ROOT/slipway.env.
END
}

root_option='' instance_option='' http_port_option='' https_port_option='' ssh_user_option='' ssh_port_option='' domain_option=''
dokku_alias='' demo='' removing='' purge=''
program_changed='' settings_changed='' file_changed=''

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
      --root | --instance | --http-port | --https-port | --ssh-user | --ssh-port | --domain)
        [ $# -ge 2 ] || fail "$1 needs a value." './install.sh --help shows the options.'
        printf -v "$(tr - _ <<<"${1#--}")_option" %s "$2"
        shift
        ;;
      --dokku-alias) dokku_alias=yes ;;
      --demo) demo=yes ;;
      --uninstall) removing=yes ;;
      --purge) purge=yes ;;
      --help | -h) usage && exit 0 ;;
      *) fail "There is no option $1." './install.sh --help shows the options.' ;;
    esac
    shift
  done
  [ -z "$purge" ] || [ -n "$removing" ] || fail '--purge belongs to --uninstall.' './install.sh --uninstall --purge'
}

open_log() {
  install -d -m 711 "$root"
  log=$root/install.log
  : >"$log"
  chmod 600 "$log"
}

main() {
  read_options "$@"
  check_root
  choose_settings
  if [ -n "$removing" ]; then
    if [ -d "$root" ]; then log=$root/install.log; fi
    uninstall
    return
  fi
  check_machine
  open_log
  install_packages
  check_ports
  detect_settings
  start_docker
  build_program
  install_account
  install_program
  write_settings
  install_wrapper
  install_door
  install_services
  install_admin_key
  if [ -n "$demo" ]; then run_demo; fi
  say_what_next
}

trap on_exit EXIT
main "$@"
