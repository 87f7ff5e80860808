#!/usr/bin/env bash
# Start or stop a PostgreSQL and a Redis of our own, without systemd, for tests: services.sh start|stop DIR
# Ports: PGPORT (default 55432), REDISPORT (default 56379). Nothing is kept safe on disk (fsync off): tests only.
set -euo pipefail
what=${1:?usage: services.sh start|stop DIR}
dir=${2:?usage: services.sh start|stop DIR}
pgport=${PGPORT:-55432}
redisport=${REDISPORT:-56379}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case $what in
start)
  mkdir -p "$dir"
  chmod 755 "$dir"
  if [ ! -d "$dir/pg" ]; then
    if [ "$(id -u)" = 0 ]; then install -d -o postgres -g postgres "$dir/pg"; else mkdir -p "$dir/pg"; fi
    as_postgres "$bin/initdb" -D "$dir/pg" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
  fi
  as_postgres "$bin/pg_ctl" -D "$dir/pg" -w -l "$dir/pg/log" \
    -o "-p $pgport -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir/pg -c fsync=off" start >/dev/null
  redis-server --port "$redisport" --bind 127.0.0.1 --save '' --appendonly no --daemonize yes \
    --pidfile "$dir/redis.pid" --dir "$dir" >/dev/null
  ;;
stop)
  as_postgres "$bin/pg_ctl" -D "$dir/pg" -m fast stop >/dev/null || true
  kill "$(cat "$dir/redis.pid")" 2>/dev/null || true
  ;;
*) echo "usage: services.sh start|stop DIR" >&2; exit 2 ;;
esac
