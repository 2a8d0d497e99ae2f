import type { ContainerFile } from '../containers/port.ts';
import type { WithServers } from '../scenario/topology/infrastructure.ts';

/**
 * A lab's own authority, for a topology with `tls`. HAProxy's container makes it when it starts, so
 * its keys are nowhere else. The subject's services have the same directory. `openssl` is in each
 * image, because Debian's ca-certificates depends on it.
 */
const DIRECTORY = '/run/haproxy';
const FOLDER = `${DIRECTORY}/tls`;
/** The authority's certificate, in PEM. */
export const AUTHORITY_FILE = `${FOLDER}/authority.pem`;
/** The load balancer's certificate and its key. */
export const CERTIFICATE_FILE = `${FOLDER}/server.pem`;
/** Makes another certificate. */
const PROGRAM = '/etc/rollgate/new-certificate';

/** How users reach the APIs. */
export function apiScheme({ tls }: WithServers): 'http' | 'https' {
  return tls === true ? 'https' : 'http';
}

/** A volume of a lab that several containers have. */
export interface SharedVolume {
  /** Its name, without the lab's. */
  readonly title: string;
  readonly path: string;
}

/**
 * The volume with the authority. Docker fills it with the content of HAProxy's image at this path,
 * and so HAProxy's user owns it. That container has to be the first that gets it.
 */
export function authorityVolumes({ tls }: WithServers): readonly SharedVolume[] {
  return tls === true ? [{ title: 'tls', path: DIRECTORY }] : [];
}

/**
 * HAProxy in master-worker mode, because only then a signal (USR2) makes it read a new certificate
 * without closing its sockets (HAProxy Management Guide, "Stopping and restarting").
 */
export const TLS_COMMAND = [
  'sh',
  '-c',
  `[ -e ${CERTIFICATE_FILE} ] || sh ${PROGRAM}; exec haproxy -W -db -f /etc/haproxy/haproxy.cfg`,
] as const;

/** The names and the address by which the load balancer is called. */
const NAMES = 'subjectAltName=DNS:haproxy,DNS:localhost,IP:127.0.0.1';

export const CERTIFICATE_PROGRAM: ContainerFile = {
  path: PROGRAM,
  content: `#!/bin/sh
# Makes the lab's authority if it is missing, and a new certificate for HAProxy.
set -eu
umask 077
mkdir -p ${FOLDER}
cd ${FOLDER}
new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
if [ ! -e authority.pem ]; then
  openssl req -x509 $new -keyout authority.key -out authority.pem -days 365 -subj '/CN=rollgate lab'
  chmod 644 authority.pem
  chmod 755 .
fi
openssl req $new -keyout new.key -out new.csr -subj /CN=haproxy
echo ${NAMES} >names
openssl x509 -req -in new.csr -CA authority.pem -CAkey authority.key -CAcreateserial \\
  -days 30 -extfile names -out new.pem
cat new.key >>new.pem
mv new.pem ${CERTIFICATE_FILE}
rm -f new.key new.csr names
`,
  mode: 0o755,
};
