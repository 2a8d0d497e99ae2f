#!/bin/sh
# Runs the playbook within a run of rollgate: `choreography: script` with this file as its script.
set -eu
cd "$(dirname "$0")"
exec ansible-playbook upgrade-heat.yml
