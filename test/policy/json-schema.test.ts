import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { supportSchema } from '../../src/policy/json-schema.ts';
import { EXAMPLE, WHOLE_EXAMPLE } from './marked.ts';

test('config/support.schema.json is up to date (node scripts/make-schema.ts)', () => {
  const file = readFileSync(new URL('../../config/support.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(supportSchema())));
});

describe('an editor that follows the schema', () => {
  const ajv = new Ajv({ strict: false });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(supportSchema());

  for (const [claim, text, want] of [
    ['accepts the example of the reference', EXAMPLE, true],
    ['accepts it whole', WHOLE_EXAMPLE, true],
    ['accepts an empty map', '{}', true],
    ['accepts null where it removes', 'grace: null\nmode: null\ncalendars: { office: null }\nconfirm: null', true],
    ['accepts half a calendar: the preset may have the rest', 'calendars: { office: { holidays: { country: RO } } }', true],
    ['refuses an unknown key', 'langage: en', false],
    ['refuses a wrong word', 'mode: on', false],
    ['refuses a wrong duration', 'grace: soon', false],
    ['refuses a list entry without its id', 'priorities: [{ name: x }]', false],
    ['refuses 100 %', 'escalation: [{ clock: resolution, at: 100% }]', false],
    ['refuses a label with a comma', 'console: { label: "a,b" }', false],
  ] as const)
    test(claim, () => expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(want));

  test('reads which keys are not kept yet', () => {
    expect(supportSchema()).toHaveProperty('properties.reports.description', 'Read, but not kept yet. (reports)');
    for (const key of ['roles', 'plans', 'on_call', 'hand_off'])
      expect(supportSchema()).not.toHaveProperty(`properties.${key}.description`, expect.stringContaining('not kept'));
  });
});
