import type { Secrets } from '../../infra/secrets.ts';

/**
 * Secrets for a lab in a file: everyone can read them, and their text says so. No configuration
 * language has to quote them.
 */
export const PUBLIC_SECRETS: Secrets = {
  keystoneDatabase: 'rollgate-public-keystone-database',
  subjectDatabase: 'rollgate-public-subject-database',
  databaseReader: 'rollgate-public-database-reader',
  broker: 'rollgate-public-broker',
  keystoneAdmin: 'rollgate-public-admin',
  subjectUser: 'rollgate-public-subject-user',
  domainAdmin: 'rollgate-public-domain-admin',
  demo: 'rollgate-public-demo',
  encryptionKey: 'rollgate-public-encryption-key'.padEnd(32, '-'),
};
