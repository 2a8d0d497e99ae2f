#!/bin/sh
# Gives HAProxy another certificate and reloads it. CERTIFICATE=untrusted: the lab's authority does
# not sign it.
set -eu

inside() { node ../../bin/rollgate.js exec --name "$ROLLGATE_LAB" haproxy -- "$@"; }

inside sh /etc/rollgate/new-certificate "${CERTIFICATE:-}"
inside sh -c 'kill -USR2 1'
