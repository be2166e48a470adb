# Sourced by install.sh: takes back what it made, and nothing else.

uninstall() {
  if [ -n "$purge" ] && [ -e "$root" ] && ! root_is_ours; then
    fail "$root is not a folder of Slipway: nothing was removed." 'Give the folder that was chosen at the installation: --root DIR'
  fi
  step 'Stopping Slipway'
  stop_services
  step "Removing the containers and networks of instance $instance"
  if docker_answers; then remove_docker_objects; else detail 'Docker does not run: nothing removed'; fi
  step 'Removing the programs'
  remove_door
  rm -f "$wrapper"
  if [ "$(readlink "$dokku_wrapper")" = "$wrapper" ]; then rm -f "$dokku_wrapper"; fi
  rm -rf "$lib" "$lib.versions"
  if [ -n "$purge" ]; then purge_data; else detail "$root stays: --uninstall --purge removes it too"; fi
  stop_helpers
  if [ -n "$purge" ]; then rm -rf "$root"; fi
}

stop_services() {
  local unit
  if [ "$supervisor" = systemd ]; then
    for unit in slipwayd slipway-router; do
      if [ -f "$units/$unit.service" ]; then quietly systemctl disable --now "$unit"; fi
      rm -f "$units/$unit.service"
    done
    quietly systemctl daemon-reload
  else
    stop_supervised slipwayd
    stop_supervised router
  fi
}

# dockerd and sshd where we started them, at the very end: somebody else may use them meanwhile.
stop_helpers() {
  [ "$supervisor" = script ] || return 0
  stop_supervised sshd
  [ -f "$root/run/dockerd.supervisor.pid" ] || return 0
  if [ -n "$(docker ps -q)" ]; then
    warn 'dockerd goes on: containers that are not of Slipway run on it.'
  else
    stop_supervised dockerd
  fi
}

remove_docker_objects() {
  local own="label=slipway.instance=$instance"
  docker ps -aq --filter "$own" | xargs -r docker rm -fv >>"$log" 2>&1
  docker network ls -q --filter "$own" | xargs -r docker network rm >>"$log" 2>&1
}

remove_door() {
  [ -f "$sshd_drop_in" ] || return 0
  rm -f "$sshd_drop_in"
  reload_sshd
}

purge_data() {
  step "Removing $root, the user $ssh_user, the images and the data of datastores"
  if docker_answers; then
    docker volume ls -q --filter "label=slipway.instance=$instance" | xargs -r docker volume rm >>"$log" 2>&1
    docker images --format '{{.Repository}}:{{.Tag}}' --filter "reference=slipway/$instance/*" | xargs -r docker rmi >>"$log" 2>&1
  fi
  remove_users
  if grep -qsF "$admin_key_comment" "$admin_key.pub"; then rm -f "$admin_key" "$admin_key.pub"; fi
}

# Ours are those whose home is ours.
remove_users() {
  local user
  for user in $(getent passwd | awk -F: -v home="$root/home" '$6 == home { print $1 }' | sort); do
    quietly userdel --force "$user"
    if getent group "$user" >/dev/null; then quietly groupdel "$user"; fi
  done
}
