#!/bin/sh
# Gives HAProxy another certificate, reloads it, and waits until it serves that certificate.
set -eu

inside() { node ../../bin/rollgate.js exec --name "$ROLLGATE_LAB" haproxy -- sh -c "$1"; }

inside "sh /etc/rollgate/new-certificate"
# A reload forgets which servers are drained: nothing may be drained until it is over.
inside '
  fingerprint() { openssl x509 -noout -fingerprint -sha256; }
  kill -USR2 1
  wanted=$(fingerprint </run/haproxy/tls/server.pem)
  until [ "$(openssl s_client -connect 127.0.0.1:8004 </dev/null 2>/dev/null | fingerprint)" = "$wanted" ]
  do sleep 0.2; done
'
