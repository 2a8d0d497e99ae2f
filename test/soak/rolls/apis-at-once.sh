#!/bin/sh
# Upgrades Heat with all of its APIs out of rotation at once. Each command is a step of the run that started
# the script, and a mark of the watch whose folder ROLLGATE_WATCH names.
set -eu

vhost=heat-next

# step TEXT VERB NODE/SERVICE [OPTION…]
step() {
  text=$1
  shift
  rollgate mark "$text ${2#*/} on ${2%/*}" --node "${2%/*}" --service "${2#*/}"
  rollgate node "$@"
}

rollgate mark 'move the schema'
rollgate db-sync
rollgate vhost create "$vhost"

step swap swap node1/heat-engine --vhost "$vhost"
# No API is in rotation from the second drain on until the first one is back: HAProxy answers 503.
step drain drain node1/heat-api
step drain drain node2/heat-api
step swap swap node1/heat-api --vhost "$vhost"
step put undrain node1/heat-api
step swap swap node2/heat-api --vhost "$vhost"
step put undrain node2/heat-api
step swap swap node2/heat-engine --vhost "$vhost"
