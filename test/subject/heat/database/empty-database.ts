import type { Database } from '../../../../src/infra/mysql.ts';

/** A database in which no stack has an event and no resource. */
export const EMPTY_DATABASE: Database = { query: async () => [] };
