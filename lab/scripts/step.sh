#!/bin/sh
# One step of `rollgate drive` on a running lab: `--driver command --command lab/scripts/step.sh`.
# ROLLGATE_LAB names the lab, and ROLLGATE_RELEASE the release that the step brings about.
set -eu

export ROLLGATE_TARGET="${ROLLGATE_RELEASE:-}"
service="$ROLLGATE_NODE/$ROLLGATE_SERVICE"

case $ROLLGATE_KIND in
  db-sync) rollgate db-sync ;;
  create-vhost) rollgate vhost create "$ROLLGATE_VHOST" ;;
  swap | start) rollgate node "$ROLLGATE_KIND" "$service" --vhost "$ROLLGATE_VHOST" ;;
  stop | drain | undrain) rollgate node "$ROLLGATE_KIND" "$service" ;;
  # The queues of the old vhost: who looks at them says here when they are empty.
  quiesce) ;;
  *)
    echo "step.sh knows no $ROLLGATE_KIND" >&2
    exit 1
    ;;
esac
