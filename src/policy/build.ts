import type { CalendarSpec } from '../calendar/time.ts';
import { wallToInstant } from '../calendar/zone.ts';
import { ALWAYS, specOf } from './calendars.ts';
import { momentKey } from './check-steps.ts';
import { COLOURS, DEFAULTS, EMOJI, LABELS, labelOf } from './defaults.ts';
import { duration, must, parseDays, parseMention, parseMoment, parsePercent, person } from './notation.ts';
import type { SupportRead } from './schema.ts';
import { CLOCKS, type MARKERS, type Policy, type Rota, type Step, type Targets } from './types.ts';

/** A file without problems → the policy, with every default filled in. `preset` is the canonical name, `standard@1`. */
export function buildPolicy(read: SupportRead, preset: string): Policy {
  const timezone = read.timezone ?? DEFAULTS.timezone;
  const priorities = prioritiesOf(read);
  return {
    extends: preset,
    language: read.language ?? DEFAULTS.language,
    timezone,
    mode: read.mode ?? DEFAULTS.mode,
    effective: read.effective ?? DEFAULTS.effective,
    ...(read.enforce_from !== undefined && { enforceFrom: wallToInstant(timezone, read.enforce_from, 0) }),
    calendars: calendarsOf(read, timezone),
    priorities,
    defaultPriority: read.default_priority ?? priorities.at(-1)!.id,
    grace: duration(read.grace ?? DEFAULTS.grace),
    intake: intakeOf(read.intake),
    products: (read.products ?? []).map(({ id, name, label, owners, aliases }) => ({
      id,
      name: name ?? id,
      label: label ?? labelOf('product', id, name),
      owners: (owners ?? []).map(person),
      aliases: aliases ?? [],
    })),
    defaultOwners: (read.default_owners ?? []).map(person),
    categories: (read.categories ?? []).map(({ id, name, label, priority, runbook, aliases }) => ({
      id,
      name: name ?? id,
      label: label ?? labelOf('category', id, name),
      ...(priority !== undefined && { priority }),
      ...(runbook !== undefined && { runbook }),
      aliases: aliases ?? [],
    })),
    plans: (read.plans ?? []).map(({ id, name, reporters, claimable, calendar, targets, aliases }) => ({
      id,
      name: name ?? id,
      reporters: (reporters ?? []).map(person),
      claimable: claimable ?? false,
      calendar: calendar ?? ALWAYS,
      targets: targetsOf(targets),
      aliases: aliases ?? [],
    })),
    responders: {
      atLeast: read.responders?.at_least ?? DEFAULTS.atLeast,
      teams: (read.responders?.teams ?? []).map(person),
      users: (read.responders?.users ?? []).map(person),
      ackCounts: read.responders?.ack_counts ?? false,
    },
    roles: Object.fromEntries(Object.entries(read.roles ?? {}).map(([role, people]) => [role, people.map(person)])),
    onCall: (read.on_call ?? []).map(rotaOf),
    escalation: (read.escalation ?? []).map(stepOf),
    ...signsOf(read),
    confirm: confirmOf(read.confirm),
    fixesFrom: read.fixes_from ?? [],
    handOff: { onRotation: read.hand_off?.on_rotation ?? DEFAULTS.onRotation },
    console: { label: read.console?.label ?? LABELS.console },
    incidents: incidentsOf(read.incidents, priorities[0]!.id),
    maintenance: maintenanceOf(read.maintenance),
    reports: reportsOf(read.reports ?? {}),
  };
}

const targetsOf = (targets: { readonly [clock in keyof Targets]?: string | undefined } | undefined): Targets =>
  Object.fromEntries(CLOCKS.flatMap((clock) => (targets?.[clock] === undefined ? [] : [[clock, duration(targets[clock])]])));

function prioritiesOf(read: SupportRead): Policy['priorities'] {
  return (read.priorities ?? []).map(({ id, name, label, color, aliases, calendar, targets }, index) => ({
    id,
    name: name ?? id,
    label: label ?? labelOf('priority', id, name),
    color: (color ?? COLOURS[index] ?? COLOURS.at(-1)!).toLowerCase(),
    aliases: aliases ?? [],
    calendar: calendar ?? ALWAYS,
    targets: targetsOf(targets),
  }));
}

function calendarsOf(read: SupportRead, timezone: string): Policy['calendars'] {
  const calendars: Record<string, CalendarSpec> = { [ALWAYS]: { kind: 'always', id: ALWAYS, timezone } };
  for (const [id, calendar] of Object.entries(read.calendars ?? {})) calendars[id] = specOf(id, calendar, timezone);
  return calendars;
}

function intakeOf(intake: SupportRead['intake']): Policy['intake'] {
  const fields = Object.entries(intake?.fields ?? {}).filter(([, field]) => field !== undefined);
  return {
    ...(intake?.labels && { labels: intake.labels }),
    ...(intake?.forms && { forms: intake.forms }),
    staff: intake?.staff ?? false,
    fields: { ...DEFAULTS.fields, ...Object.fromEntries(fields) },
    required: intake?.required ?? [],
    ...(intake?.security && { security: intake.security }),
  };
}

function incidentsOf(incidents: SupportRead['incidents'], mostUrgent: string): Policy['incidents'] {
  return {
    label: incidents?.label ?? LABELS.incident,
    severities: incidents?.severities ?? DEFAULTS.incidents.severities,
    priority: incidents?.priority ?? mostUrgent,
    update: duration(incidents?.update ?? DEFAULTS.incidents.update),
    pin: incidents?.pin ?? DEFAULTS.incidents.pin,
    reportDue: duration(incidents?.report_due ?? DEFAULTS.incidents.reportDue),
  };
}

function maintenanceOf(windows: SupportRead['maintenance']): Policy['maintenance'] {
  return (windows ?? []).map(({ lasts, notify, impact, ...rest }) => ({
    ...rest,
    lasts: duration(lasts),
    ...(notify !== undefined && { notify: duration(notify) }),
    ...(impact !== undefined && { impact }),
  }));
}

function confirmOf(confirm: SupportRead['confirm']): Policy['confirm'] {
  if (confirm === false) return false;
  return { after: duration(confirm?.after ?? DEFAULTS.confirm.after), close: confirm?.close ?? DEFAULTS.confirm.close };
}

function signsOf({ markers, flags }: SupportRead): Pick<Policy, 'markers' | 'flags'> {
  const marker = (name: (typeof MARKERS)[number]) => ({
    emoji: markers?.[name]?.emoji ?? EMOJI[name],
    label: markers?.[name]?.label ?? LABELS.markers[name],
  });
  return {
    markers: {
      received: marker('received'),
      progress: marker('progress'),
      confirming: marker('confirming'),
      resolved: marker('resolved'),
      title: markers?.title ?? false,
    },
    flags: {
      triaged: flags?.triaged ?? LABELS.flags.triaged,
      waiting: flags?.waiting ?? LABELS.flags.waiting,
      hold: flags?.hold ?? LABELS.flags.hold,
      escalated: flags?.escalated ?? LABELS.flags.escalated,
    },
  };
}

function stepOf(read: NonNullable<SupportRead['escalation']>[number]): Step {
  const { id, clock, at, stagnant, priorities, categories, products, mention, label, repeat } = read;
  const common = {
    ...(priorities && { priorities }),
    ...(categories && { categories }),
    ...(products && { products }),
    mention: (mention ?? []).map((text) => must(parseMention(text), text)),
    ...(label !== undefined && { label }),
    ...(repeat && { repeat: { every: duration(repeat.every), times: repeat.times } }),
  };
  if (stagnant !== undefined) return { key: id ?? 'stagnant', ...common, kind: 'stagnant', after: duration(stagnant) };
  const moment = must(parseMoment(at ?? ''), 'at');
  return { key: id ?? momentKey(moment), ...common, kind: 'clock', clock: must(clock, 'clock'), moment };
}

function rotaOf({ id, rotation, handoff, starts, people, overrides }: NonNullable<SupportRead['on_call']>[number]): Rota {
  return {
    id,
    rotation: typeof rotation === 'string' ? rotation : { every: duration(rotation.every) },
    handoff,
    starts,
    people: people.map(person),
    overrides: (overrides ?? []).map((override) => ({ ...override, person: person(override.person) })),
  };
}

function reportsOf({ digest, targets, ...rest }: NonNullable<SupportRead['reports']>): Policy['reports'] {
  const goals = Object.entries(targets ?? {}).flatMap(([name, goal]) => {
    if (goal === undefined) return [];
    return [[name, typeof goal === 'number' ? goal : (parsePercent(goal) ?? duration(goal))] as const];
  });
  const days = digest?.days ?? DEFAULTS.digestDays;
  return {
    ...(digest && { digest: { at: digest.at, days: typeof days === 'string' ? must(parseDays(days), days) : days } }),
    ...(Object.fromEntries(Object.entries(rest).filter(([, report]) => report !== undefined)) as Omit<
      Policy['reports'],
      'digest' | 'targets'
    >),
    targets: Object.fromEntries(goals),
  };
}
