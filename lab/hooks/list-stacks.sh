#!/bin/sh
# Lists the user's stacks, and the services of each node.
set -eu
echo "$ROLLGATE_CHECKPOINT: $ROLLGATE_NODES"
curl --fail --silent --show-error --max-time 30 \
  --header "X-Auth-Token: $ROLLGATE_TOKEN" "$ROLLGATE_ENDPOINT/stacks" | head -c 300
