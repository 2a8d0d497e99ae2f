#!/bin/sh
# Runs heat-manage as an operator does, in an engine of each running release. It removes services
# that are gone, purges rows of deleted stacks, and resets the status of a stack.
set -eu

rollgate() { node ../../bin/rollgate.js "$@"; }
inside() { engine=$1; shift; rollgate exec --name "$ROLLGATE_LAB" "$engine" -- "$@"; }

# The first running engine of each release, as node/service.
engines=$(node --eval '
  const seen = new Set();
  for (const [node, services] of Object.entries(JSON.parse(process.env.ROLLGATE_NODES)))
    for (const [service, { series, state }] of Object.entries(services))
      if (service.startsWith("heat-engine") && state === "running" && !seen.has(series)) {
        seen.add(series);
        console.log(`${node}/${service}`);
      }
')
stack=$(rollgate sql --name "$ROLLGATE_LAB" --json \
  "SELECT id FROM stack WHERE name LIKE 'rollgate-standing-%' AND deleted_at IS NULL LIMIT 1" |
  sed -n 's/.*"id": "\([0-9a-f-]*\)".*/\1/p')

for engine in $engines; do
  echo "$ROLLGATE_CHECKPOINT: $engine"
  inside "$engine" heat-manage service list
  inside "$engine" heat-manage service clean
  inside "$engine" heat-manage purge_deleted --granularity seconds 20
  inside "$engine" sh -c "yes | heat-manage reset_stack_status $stack"
done
