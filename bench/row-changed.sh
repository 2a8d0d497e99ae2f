#!/bin/sh
# Error 1020 of MariaDB in heat/db/api.py: stacks are deleted while others change their rows, with
# innodb_snapshot_isolation on and off, and with the patch of docs/findings/stack-row-changed.md.
# Needs the images of rollgate; takes about a minute.
#
#   bench/row-changed.sh [SERIES…]
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- 2025.1 2026.1 2026.2

name=rollgate-row-changed-$$
work=$(mktemp -d)
clean() {
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker network rm "$name" >/dev/null 2>&1 || true
  rm -r "$work"
}
trap clean EXIT
chmod 755 "$work"

cat >"$work/init.sql" <<SQL
CREATE DATABASE IF NOT EXISTS heat;
CREATE USER IF NOT EXISTS 'heat'@'%' IDENTIFIED BY 'heat';
GRANT ALL ON heat.* TO 'heat'@'%';
SQL
printf '[database]\nconnection = mysql+pymysql://heat:heat@db/heat?charset=utf8\n' >"$work/heat.conf"
docker network create "$name" >/dev/null

# database ISOLATION
database() {
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --network "$name" --network-alias db \
    --volume "$work/init.sql:/etc/rollgate/init.sql:ro" rollgate/mysql:latest \
    mariadbd "--innodb-snapshot-isolation=$1" >/dev/null
}

# race SERIES STACKS [COMMAND before it]
race() {
  docker run --rm --user root --network "$name" --entrypoint sh \
    --volume "$work/heat.conf:/heat.conf:ro" --volume "$PWD/row-changed.py:/race.py:ro" \
    "rollgate/heat:$1" -c "${3:-true}
      for try in \$(seq 30); do
        heat-manage --config-file /heat.conf db_sync >/tmp/sync 2>&1 && break
        sleep 1
      done
      python3 /race.py /heat.conf $2 2>/tmp/err || cat /tmp/err"
}

# The line that the patch adds. The images have no program that applies a patch.
FIX="python3 - <<PY
path = '/usr/lib/python3/dist-packages/heat/db/api.py'
text = open(path).read()
line = '@context_manager.writer\\ndef stack_delete('
assert line in text
open(path, 'w').write(text.replace(line, '@retry_on_db_error\\n' + line, 1))
PY"

for isolation in ON OFF; do
  database "$isolation"
  for series in "$@"; do echo "isolation $isolation, $series: $(race "$series" 400)"; done
done
database ON
# Fewer, because each waits longer for its turn while the others go on.
for series in "$@"; do echo "isolation ON, $series with the patch: $(race "$series" 40 "$FIX")"; done
