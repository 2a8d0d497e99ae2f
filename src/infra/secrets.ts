import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Random for each lab. They are stored only in one of its containers. */
export const SecretsSchema = z.object({
  keystoneDatabase: z.string(),
  subjectDatabase: z.string(),
  /** Reads the subject's database. */
  databaseReader: z.string(),
  broker: z.string(),
  keystoneAdmin: z.string(),
  /** The subject's service user in Keystone. */
  subjectUser: z.string(),
  domainAdmin: z.string(),
  /** The user of the load, who is not an administrator. */
  demo: z.string(),
  /** 32 characters. */
  encryptionKey: z.string().length(32),
});
export type Secrets = Readonly<z.infer<typeof SecretsSchema>>;

export const SECRETS_FILE = '/etc/rollgate/secrets.json';

/** Hexadecimal, so that no configuration language has to quote them. */
export function drawSecrets(): Secrets {
  const draw = (): string => randomBytes(16).toString('hex');
  return {
    keystoneDatabase: draw(),
    subjectDatabase: draw(),
    databaseReader: draw(),
    broker: draw(),
    keystoneAdmin: draw(),
    subjectUser: draw(),
    domainAdmin: draw(),
    demo: draw(),
    encryptionKey: draw(),
  };
}
