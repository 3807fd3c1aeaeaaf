import { z } from 'zod';
import { dayOf } from '../calendar/dates.ts';
import { parseDuration } from '../calendar/duration.ts';
import { isZone } from '../calendar/zone.ts';
import { LIMITS, type LimitName } from './limits.ts';
import {
  ID_PATTERN,
  isId,
  parseDateTime,
  parseDays,
  parseMention,
  parseMoment,
  parsePercent,
  parsePerson,
  parsePreset,
  parseTime,
  parseWindow,
} from './notation.ts';
import { rruleProblem } from './rrule.ts';

/*
 * The words that values of support.yml are made of. The error of each is what is allowed, as the end of a sentence:
 * `"grace" is "soon", but must be ` + error.
 */

type Extra = { readonly pattern?: string; readonly maxLength?: number; readonly format?: string; readonly examples?: readonly string[] };

/** Text that a function judges; `extra` tells editors as much of it as JSON Schema can say. */
const word = (allowed: string, fits: (text: string) => boolean, extra: Extra = {}) =>
  z
    .string({ error: allowed })
    .refine(fits, { error: allowed })
    .meta({ ...extra });

const length = (text: string): number => [...text].length;

export const text = (limit: LimitName = 'textChars') => {
  const { max } = LIMITS[limit];
  const allowed = `a text of 1 to ${max} characters`;
  return word(allowed, (value) => value.length > 0 && length(value) <= max, { maxLength: max });
};

/** One line: what stands in a heading, a label or a mention. */
export const line = (limit: LimitName = 'textChars') => {
  const { max } = LIMITS[limit];
  return word(`one line of 1 to ${max} characters`, (value) => value.length > 0 && length(value) <= max && !/[\r\n]/.test(value), {
    maxLength: max,
  });
};

export const id = word('an id of letters, digits, - and _ (at most 40, a letter or digit first)', isId, { pattern: ID_PATTERN });
export const label = word(
  `a label name of 1 to ${LIMITS.labelChars.max} characters on one line, without a comma`,
  (value) => value.length > 0 && length(value) <= LIMITS.labelChars.max && !/[\r\n,]/.test(value),
  { pattern: '^[^,]+$', maxLength: LIMITS.labelChars.max },
);
export const colour = word('a colour of six hexadecimal digits such as b60205, without #', (value) => /^[0-9a-f]{6}$/i.test(value), {
  pattern: '^[0-9a-fA-F]{6}$',
});
export const duration = word(
  'a duration such as 30m, 4h, 1d or 1d 4h (units s, m, h, d, w; at most ten years)',
  (value) => parseDuration(value) !== undefined,
  {
    pattern: '^[0-9]{1,9}[smhdw]( +[0-9]{1,9}[smhdw]){0,3}$',
  },
);
export const zone = word('a time zone such as Europe/Bucharest or UTC', isZone, { examples: ['Europe/Bucharest', 'UTC'] });
export const date = word('a date that exists, written as 2026-12-31', (value) => dayOf(value) !== undefined, { format: 'date' });
export const time = word('a time of day such as 09:00', (value) => parseTime(value) !== undefined, {
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
});
export const dateTime = word('a date and time such as 2026-12-24T10:00', (value) => parseDateTime(value) !== undefined, {
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$',
});
export const window = word(
  'opening hours such as "09:00-17:30" that end after they begin (across midnight write two)',
  (value) => parseWindow(value) !== undefined,
  {
    pattern: '^[0-9]{2}:[0-9]{2} ?[-–] ?[0-9]{2}:[0-9]{2}$',
  },
);
export const days = word('weekdays such as mon, mon-fri or "mon, wed-fri", each once', (value) => parseDays(value) !== undefined, {
  pattern: '^ *(mon|tue|wed|thu|fri|sat|sun)( *[-,] *(mon|tue|wed|thu|fri|sat|sun))* *$',
});
export const percent = word('a percentage from 0% to 100%, such as 99.5%', (value) => parsePercent(value) !== undefined, {
  pattern: '^[0-9]{1,3}(\\.[0-9]{1,4})? ?%$',
});
export const moment = word('a percentage from 1% to 99%, "breach", or "breach + 4h"', (value) => parseMoment(value) !== undefined, {
  pattern: '^([1-9][0-9]? ?%|breach( *\\+ *[0-9]+[smhdw]( +[0-9]+[smhdw])*)?)$',
});
export const person = word('"@user" or "@org/team" in quotes', (value) => parsePerson(value) !== undefined, { pattern: '^@' });
export const user = word('"@user" in quotes (one person, no team)', (value) => parsePerson(value)?.kind === 'user', {
  pattern: '^@[^/]+$',
});
export const team = word('"@org/team" in quotes', (value) => parsePerson(value)?.kind === 'team', { pattern: '^@[^/]+/[^/]+$' });
export const mention = word(
  'assignees, owners, on_call, on_call.ID, the name of a role, "@user" or "@org/team"',
  (value) => parseMention(value) !== undefined,
  {
    pattern: '^(@.+|[A-Za-z0-9].*)$',
  },
);
export const preset = word('the name of a preset such as standard or standard@1', (value) => parsePreset(value) !== undefined, {
  pattern: '^[a-z][a-z0-9-]*(@[1-9][0-9]*)?$',
});
export const country = word('a country code of two letters such as RO', (value) => /^[A-Za-z]{2}$/.test(value), {
  pattern: '^[A-Za-z]{2}$',
});
export const region = word('a region code such as BY or BY-A', (value) => /^[A-Za-z0-9]{1,5}([-.][A-Za-z0-9]{1,8})?$/.test(value));
export const repository = word(
  'a repository such as owner/name',
  (value) => /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(value),
  {
    pattern: '^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$',
  },
);
export const form = word(
  'the file name of an issue form such as bug.yml',
  (value) => length(value) <= LIMITS.textChars.max && /^[^/\\]+\.ya?ml$/.test(value),
  {
    pattern: '^[^/\\\\]+\\.ya?ml$',
  },
);
/** A file of the repository: no way out of it. */
export const path = word(
  'a path inside the repository such as docs/runbooks/login.md',
  (value) =>
    length(value) <= LIMITS.textChars.max &&
    /^[^/\\\s][^\\\r\n]*$/.test(value) &&
    !value.split('/').some((part) => part === '..' || part === '.' || part === ''),
);
export const rrule = z
  .string({ error: 'a recurrence rule such as FREQ=WEEKLY;BYDAY=SU' })
  .check((ctx) => {
    const wrong = ctx.value.length > LIMITS.textChars.max ? 'it is too long' : rruleProblem(ctx.value);
    if (wrong) ctx.issues.push({ code: 'custom', input: ctx.value, message: `a recurrence rule such as FREQ=WEEKLY;BYDAY=SU; ${wrong}` });
  })
  .meta({ pattern: '^[A-Z]+=[^;=]+(;[A-Z]+=[^;=]+)*$' });

export const flag = z.boolean({ error: 'true or false' });
export const whole = (low: number, high: number) => {
  const error = `a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
};
export const number = (low: number, high: number) => {
  const error = `a number from ${low} to ${high}`;
  return z.number({ error }).min(low, { error }).max(high, { error });
};
/** One of some words, named in the error. */
export const choice = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, { error: words.length === 2 ? words.join(' or ') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });

/** A list of at most `LIMITS[limit]` entries. */
export const list = <T extends z.ZodType>(item: T, limit: LimitName, atLeast = 0) => {
  const { max } = LIMITS[limit];
  const error = `a list of ${atLeast || 'at most'} ${atLeast ? `to ${max}` : max} entries`;
  return z.array(item, { error }).min(atLeast, { error }).max(max, { error });
};

/** A map whose keys are the owner's own words. */
export const named = <K extends z.ZodType<string, string>, V extends z.ZodType>(key: K, value: V, limit: LimitName) => {
  const { max } = LIMITS[limit];
  const error = `a map of at most ${max} entries`;
  return z.record(key, value, { error }).refine((map) => Object.keys(map).length <= max, { error });
};

/** A map with these keys and no others; every key may be left out unless the schema says otherwise. */
export const keys = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? 'a map of keys and values' : undefined) });
