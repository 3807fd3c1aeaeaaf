import { z } from 'zod';
import { WEEKDAYS } from '../calendar/time.ts';
import * as is from './leaves.ts';
import { CLOCKS, FLAGS, LANGUAGES, MARKERS } from './types.ts';

const { keys, list, named, choice } = is;

/** The same optional value under each of these keys. */
const each = <const K extends readonly string[], V extends z.ZodType>(names: K, value: V) =>
  Object.fromEntries(names.map((name) => [name, value.optional()])) as { [name in K[number]]: z.ZodOptional<V> };

const targets = keys(each(CLOCKS, is.duration)).describe('How soon, by clock; a clock without a target does not run.');
const aliases = list(is.line(), 'aliasesPerItem').describe('Other spellings in forms and old labels.');
const people = list(is.person, 'people');
const windows = z.union([list(is.window, 'windowsPerDay'), z.literal('closed')], {
  error: 'a list of opening hours such as ["09:00-17:30"], or closed',
});

export const CalendarRead = keys({
  timezone: is.zone.optional().describe('Default: the timezone of the file.'),
  hours: named(is.days, windows, 'dates').optional().describe('mon to sun, ranges and lists; absent = closed.'),
  holidays: keys({
    country: is.country.optional().describe('ISO 3166 code; public holidays only.'),
    region: is.region.optional(),
    add: named(is.date, windows, 'dates').optional().describe('Dates with hours of their own, or closed.'),
    remove: list(is.date, 'dates').optional().describe('Holidays of the country that are working days here.'),
  }).optional(),
});

export type CalendarRead = z.infer<typeof CalendarRead>;

const priority = keys({
  id: is.id,
  name: is.line().optional().describe('Default: the id.'),
  label: is.label.optional().describe('Default: "<id>: <name>", the name in lower case.'),
  color: is.colour.optional().describe('Of the label, without #.'),
  aliases: aliases.optional(),
  calendar: is.line().optional().describe('Default: always.'),
  targets: targets.optional(),
});

const product = keys({
  id: is.id,
  name: is.line().optional(),
  label: is.label.optional(),
  owners: people.optional(),
  aliases: aliases.optional(),
});

const category = keys({
  id: is.id,
  name: is.line().optional(),
  label: is.label.optional(),
  priority: is.line().optional().describe('For tickets without a better word on their priority.'),
  runbook: is.path.optional(),
  aliases: aliases.optional(),
});

const plan = keys({
  id: is.id,
  name: is.line().optional(),
  reporters: people.optional(),
  claimable: is.flag.optional().describe('May a reporter claim it in the form? Default false.'),
  calendar: is.line().optional(),
  targets: targets.optional(),
  aliases: aliases.optional(),
});

const rota = keys({
  id: is.id,
  rotation: z.union([choice(['daily', 'weekly', 'monthly']), keys({ every: is.duration })], {
    error: 'daily, weekly, monthly or { every: 12h }',
  }),
  handoff: is.line().describe('weekly "mon 10:00", monthly "1 10:00", else "10:00".'),
  starts: is.date.describe('Turn n begins at the n-th hand-off from here.'),
  people: list(is.user, 'people', 1),
  overrides: list(keys({ from: is.dateTime, to: is.dateTime, person: is.user }), 'overrides').optional(),
});

const step = keys({
  id: is.id.optional().describe('Without it a step is known by its clock and moment.'),
  clock: choice(CLOCKS).optional(),
  at: is.moment.optional(),
  stagnant: is.duration.optional().describe('Instead of clock and at: nothing by a responder for that long.'),
  priorities: list(is.line(), 'priorities', 1).optional(),
  categories: list(is.line(), 'categories', 1).optional(),
  products: list(is.line(), 'products', 1).optional(),
  mention: list(is.mention, 'targetsPerStep').optional(),
  label: is.label.optional(),
  repeat: keys({ every: is.duration, times: is.whole(1, 100) }).optional(),
});

const marker = keys({ emoji: is.line('emojiChars').optional(), label: is.label.optional() });

const maintenance = keys({
  id: is.id,
  title: is.line(),
  rrule: is.rrule,
  at: is.time,
  lasts: is.duration,
  notify: is.duration.optional(),
  impact: is.line().optional(),
});

const monthly = keys({ on: is.whole(1, 28).describe('Day of the month; every month has 28.'), at: is.time }).optional();

const reports = keys({
  digest: keys({
    at: is.time,
    days: z.union([is.days, list(choice(WEEKDAYS), 'windowsPerDay', 1)], { error: 'weekdays such as mon-fri or [mon, wed]' }).optional(),
  }).optional(),
  weekly: keys({ on: choice(WEEKDAYS), at: is.time }).optional(),
  monthly,
  quarterly: monthly,
  yearly: monthly,
  targets: keys({
    ...each(CLOCKS, is.duration),
    resolution_rate: is.percent.optional(),
    satisfaction: is.number(1, 5).optional(),
    backlog: is.whole(0, 1_000_000).optional(),
    uptime: is.percent.optional(),
  }).optional(),
});

/**
 * The whole vocabulary of support.yml: validation, the JSON Schema for editors and the reference come from here. It describes the file
 * after presets are merged; ranges of days stand for themselves.
 */
export const SupportRead = keys({
  extends: is.preset.optional().describe('A preset; default standard (= standard@1).'),
  language: choice(LANGUAGES).optional().describe('What the App says in. Default en.'),
  timezone: is.zone.optional().describe('Default zone of calendars, rotas and reports. Default UTC.'),
  mode: choice(['live', 'shadow']).optional().describe('shadow keeps clocks and writes nothing on issues. Default live.'),
  effective: choice(['new', 'open']).optional().describe('Do changed targets reach tickets that are already open? Default new.'),
  enforce_from: is.date.optional().describe('Steps due before this day are not posted.'),
  calendars: named(is.id, CalendarRead, 'calendars').optional().describe('Opening hours by name; always (24/7) is built in.'),
  priorities: list(priority, 'priorities', 1).optional().describe('Most urgent first.'),
  default_priority: is.line().optional().describe('Default: the last, least urgent one.'),
  grace: is.duration.optional().describe('After a raised priority whose target is already past. Default 1h.'),
  intake: keys({
    labels: list(is.label, 'intakeLabels', 1).optional().describe('Issues with any of these labels are tickets.'),
    forms: list(is.form, 'forms', 1).optional().describe('Issues by any of these forms are tickets.'),
    staff: is.flag.optional().describe('Do the response clocks run on issues opened by a responder? Default false.'),
    fields: keys(each(['priority', 'product', 'category', 'plan'], is.line()))
      .optional()
      .describe('Form field id (or its label), by role.'),
    required: list(is.line(), 'fields').optional(),
    security: keys({ categories: list(is.line(), 'categories', 1), reply: is.text('replyChars') }).optional(),
  }).optional(),
  products: list(product, 'products').optional(),
  default_owners: people.optional(),
  categories: list(category, 'categories').optional(),
  plans: list(plan, 'plans').optional(),
  responders: keys({
    at_least: choice(['triage', 'write', 'maintain', 'admin']).optional().describe('Default triage.'),
    teams: list(is.team, 'people').optional(),
    users: list(is.user, 'people').optional(),
    ack_counts: is.flag.optional().describe('Does /ack meet first_response? Default false.'),
  }).optional(),
  roles: named(is.id, people, 'roles').optional().describe('Names for escalation.'),
  on_call: list(rota, 'rotas').optional(),
  escalation: list(step, 'steps').optional(),
  markers: keys({
    ...each(MARKERS, marker),
    title: is.flag.optional().describe('Also keep the emoji in front of the title. Default false.'),
  }).optional(),
  flags: keys(each(FLAGS, is.label)).optional(),
  confirm: z
    .union([z.literal(false), keys({ after: is.duration.optional(), close: is.flag.optional() })], {
      error: 'false, or a map such as { after: 7d, close: true }',
    })
    .optional(),
  fixes_from: list(is.repository, 'repositories').optional().describe('Other repositories whose pull requests may fix tickets here.'),
  hand_off: keys({ on_rotation: is.flag.optional() }).optional(),
  console: keys({ label: is.label.optional() }).optional(),
  incidents: keys({
    label: is.label.optional(),
    severities: list(is.id, 'severities', 1).optional(),
    priority: is.line().optional(),
    update: is.duration.optional(),
    pin: is.flag.optional(),
    report_due: is.duration.optional(),
  }).optional(),
  maintenance: list(maintenance, 'maintenance').optional(),
  reports: reports.optional(),
});
export type SupportRead = z.infer<typeof SupportRead>;
