#!/bin/sh
# Rolls Heat from one release to the next in the order of its upgrades guide. It moves the schema,
# makes a broker vhost for the new release, swaps all engines but one, then the apis, then the last
# engine. Each api is out of rotation meanwhile, so that no request is lost.
set -eu

vhost=heat-next

# The services of a kind, as node/service.
services() {
  rollgate node list | awk -v kind="$1" '$1 ~ "/" kind { print $1 }'
}

engines=$(services heat-engine)
last=$(echo "$engines" | tail -n 1)

rollgate db-sync
rollgate vhost create "$vhost"

for engine in $engines; do
  [ "$engine" = "$last" ] || rollgate node swap "$engine" --vhost "$vhost"
done

for api in $(services heat-api); do
  rollgate node drain "$api"
  rollgate node swap "$api" --vhost "$vhost"
  rollgate node undrain "$api"
done

# Now the last engine is all that is left of the old release.
rollgate checkpoint mixed
rollgate node swap "$last" --vhost "$vhost"
