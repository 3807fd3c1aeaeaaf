import { type Instant, instant, iso } from '../calendar/time.ts';
import { lastHandOff, nextHandOff, onCallAt, TURNS_MAX, turns } from '../desk/rota.ts';
import type { Policy, Rota } from '../policy/types.ts';
import { judgeFiles, problemLines } from './check.ts';
import type { Say } from './cli.ts';
import { plain } from './plain.ts';
import { timeIn } from './replay-text.ts';
import { nameOf } from './walk-rows.ts';
import { noWhen, whenOf } from './when.ts';

export type OncallOptions = {
  readonly policy: string;
  readonly owner?: string;
  readonly weeks?: string;
  readonly at?: string;
  readonly json?: boolean;
};

const WEEK_S = 604_800;
const WEEKS = 4;
/** A year: turns that are further off will have been changed by then. */
const WEEKS_MAX = 53;

/** A turn as it is, not cut where the weeks begin or end. An end is absent where nothing changes for more than a year. */
type Shown = { readonly from?: Instant; readonly to?: Instant; readonly person: string; readonly override: boolean };
type Duty = { readonly id: string; readonly now: string | undefined; readonly turns: readonly Shown[] };

/** Says who is on call and whose turns come next. Answers 0, 1 if the policy is not good, 2 if an option is not understood. */
export async function oncall(options: OncallOptions, say: Say, clock: () => Instant = () => instant(Date.now() / 1000)): Promise<number> {
  const files = { ...options, file: options.policy };
  const judged = await judgeFiles(files);
  if ('unread' in judged) {
    say.err(plain(judged.unread));
    return 1;
  }
  if (!judged.good) {
    for (const line of problemLines(files, judged.problems)) say.out(plain(line));
    return 1;
  }
  const { policy } = judged.read;
  const at = options.at === undefined ? clock() : whenOf(options.at, policy.timezone);
  const weeks = weeksOf(options.weeks);
  if (at === null || weeks === undefined) {
    const tooMany = `--weeks: ${JSON.stringify(options.weeks)} is no whole number from 1 to ${WEEKS_MAX}. Try "npx watchkeeper help".`;
    say.err(plain(at === null ? noWhen('at', options.at!) : tooMany));
    return 2;
  }
  const duties = policy.onCall.map((rota) => dutyOf(rota, policy.timezone, at, weeks));
  if (options.json) say.out(JSON.stringify(asJson(duties, policy, at), null, 2));
  else for (const line of textOf(duties, policy, at, weeks)) say.out(plain(line));
  return 0;
}

function weeksOf(text = String(WEEKS)): number | undefined {
  const weeks = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return weeks >= 1 && weeks <= WEEKS_MAX ? weeks : undefined;
}

function dutyOf(rota: Rota, zone: string, at: Instant, weeks: number): Duty {
  const end = instant(at + weeks * WEEK_S);
  const now = onCallAt(rota, zone, at);
  return {
    id: rota.id,
    now: now && nameOf(now),
    turns: turns(rota, zone, at, end).map((turn) => {
      const from = turn.from === at ? lastHandOff(rota, zone, at)?.at : turn.from;
      const to = turn.to === end ? nextHandOff(rota, zone, instant(end - 1))?.at : turn.to;
      return {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        person: nameOf(turn.person),
        override: turn.override,
      };
    }),
  };
}

function textOf(duties: readonly Duty[], { timezone }: Policy, at: Instant, weeks: number): string[] {
  if (duties.length === 0) return ['This policy has no rotas: "on_call" lists none.'];
  const time = (when: Instant) => timeIn(timezone, when).replace(/:00$/, '');
  const span = ({ from, to }: Shown): string =>
    from === undefined
      ? to === undefined
        ? 'all the time'
        : `until ${time(to)}`
      : to === undefined
        ? `from ${time(from)}`
        : `${time(from)} – ${time(to)}`;
  return [
    `As of ${time(at)}, ${weeks === 1 ? 'one week' : `${weeks} weeks`} ahead. Times are in ${timezone}.`,
    ...duties.flatMap((duty) => {
      const { turns: all } = duty;
      const rows = all.map((turn) => `  ${span(turn)}  ${turn.person}${turn.override ? ' (override)' : ''}`);
      if (all.length === 0) rows.push('  Nobody has a turn in this time.');
      if (all.length === TURNS_MAX) rows.push(`  These are the first ${TURNS_MAX} turns.`);
      return ['', `${duty.id}: ${duty.now ?? 'nobody'} is on call.`, ...rows];
    }),
  ];
}

const asJson = (duties: readonly Duty[], { timezone }: Policy, at: Instant): unknown => ({
  zone: timezone,
  at: iso(at),
  rotas: duties.map(({ id, now, turns: all }) => ({
    id,
    now: now ?? null,
    turns: all.map(({ from, to, ...one }) => ({
      from: from === undefined ? null : iso(from),
      to: to === undefined ? null : iso(to),
      ...one,
    })),
  })),
});
