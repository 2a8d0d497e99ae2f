// Prints the JSON Schema of verdict.json: node test/verdict/print-schema.ts > src/verdict/verdict.schema.json
import { verdictJsonSchema } from '../../src/verdict/verdict.ts';

process.stdout.write(`${JSON.stringify(verdictJsonSchema(), null, 2)}\n`);
