import { writeFileSync } from 'node:fs';
import { supportSchema } from '../src/policy/json-schema.ts';

/** Writes config/support.schema.json anew; test/policy/json-schema.test.ts fails while it is out of date. */
writeFileSync(new URL('../config/support.schema.json', import.meta.url), `${JSON.stringify(supportSchema(), null, 2)}\n`);
