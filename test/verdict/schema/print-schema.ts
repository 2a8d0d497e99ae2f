// Prints the JSON Schema of verdict.json: node test/verdict/schema/print-schema.ts > src/verdict/schema/verdict.schema.json
import { verdictJsonSchema } from '../../../src/verdict/schema/verdict.ts';

process.stdout.write(`${JSON.stringify(verdictJsonSchema(), null, 2)}\n`);
