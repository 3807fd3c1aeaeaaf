import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, iso } from '../calendar/time.ts';
import { currentClocks } from '../desk/clock.ts';
import type { Policies } from '../desk/ledger.ts';
import { type Exported, type ExportJson, FROM, ledgerFrom } from '../github/export.ts';
import { Parser } from '../github/facts.ts';
import { type FormSpec, readForm } from '../policy/forms.ts';
import type { Policy } from '../policy/types.ts';
import { presetForms } from '../presets.ts';
import { inForce } from '../watch/policies.ts';
import { judgeFiles, problemLines } from './check.ts';
import type { Say } from './cli.ts';
import { readText } from './files.ts';
import { plain } from './plain.ts';
import { readReplayFile } from './replay-file.ts';
import { walkLines } from './replay-text.ts';
import { type Walk, walk } from './walk.ts';
import { noWhen, whenOf } from './when.ts';

export type ReplayOptions = {
  readonly file: string;
  readonly policy: string;
  readonly owner?: string;
  readonly forms?: string;
  readonly until?: string;
  readonly responder?: readonly string[];
  readonly json?: boolean;
};

const FORM_BYTES_MAX = 1_000_000;
const FORMS_MAX = 60;
const TITLE_MAX = 200;

type Replayed = { readonly id: string; readonly number: number; readonly title: string } & (
  | { readonly exported: Exported; readonly named: boolean; readonly walk: Walk }
  | { readonly problem: string }
);

/** Shows what the desk would have made of issues that a file holds. Answers 0, 1 if something cannot be read, 2 if `until` is no instant. */
export async function replay(options: ReplayOptions, say: Say): Promise<number> {
  const no = (...lines: readonly string[]): number => {
    for (const line of lines) say.err(plain(line));
    return 1;
  };
  const judged = await judgeFiles({ ...options, file: options.policy });
  if ('unread' in judged) return no(judged.unread);
  if (!judged.good) {
    for (const line of problemLines({ ...options, file: options.policy }, judged.problems)) say.out(plain(line));
    return 1;
  }
  const { policy } = judged.read;
  const until = options.until === undefined ? undefined : whenOf(options.until, policy.timezone);
  if (until === null) {
    no(noWhen('until', options.until!));
    return 2;
  }
  const forms = formsOf(options.forms, policy);
  if ('problem' in forms) return no(forms.problem);
  const file = readReplayFile(options.file);
  if ('problem' in file) return no(file.problem);
  const now = inForce(policy, 'file', FROM, judged.holidays);
  const policies: Policies = { now, at: () => now, stepSince: () => FROM, arrival: FROM, liveSince: FROM };
  const parser = new Parser();
  const all = file.issues.map((json) => replayed(json, options, policies, forms.forms, parser, until));
  if (options.json) say.out(JSON.stringify(asJson(all, policy), (_, value) => (typeof value === 'string' ? plain(value) : value), 2));
  else for (const line of textOf(all, policy)) say.out(plain(line));
  const failed = all.flatMap((one) => ('problem' in one ? [`${one.id}: ${one.problem}`] : []));
  return failed.length > 0 ? no(...failed) : 0;
}

function replayed(
  json: ExportJson,
  options: ReplayOptions,
  policies: Policies,
  forms: readonly FormSpec[],
  parser: Parser,
  until: Instant | undefined,
): Replayed {
  const named = [...(json.responders ?? []), ...(options.responder ?? [])].map((login) => login.replace(/^@/, '').toLowerCase());
  const responders = named.length > 0 ? new Set(named) : undefined;
  const { number, title, repository_url: address } = json.issue;
  const common = { id: `${(address ?? '').split('/').slice(-2).join('/')}#${number}`, number, title: plain(title, TITLE_MAX) };
  try {
    const exported = ledgerFrom(json, { responders, policy: policies.now.policy, forms, parser });
    return { ...common, exported, named: responders !== undefined, walk: walk(exported, policies, until) };
  } catch (error) {
    // Whatever a file made of hostile parts can break, it breaks for its own issue only.
    return { ...common, problem: `cannot be replayed: ${(error as Error).message}` };
  }
}

type Forms = { readonly forms: readonly FormSpec[] } | { readonly problem: string };

/** The forms of a folder, as the desk reads `.github/ISSUE_TEMPLATE`; those of the preset that the policy extends if none is named. */
function formsOf(folder: string | undefined, policy: Policy): Forms {
  const texts: [string, string][] = folder === undefined ? Object.entries(presetForms(policy.extends)) : [];
  if (folder !== undefined) {
    let names: string[];
    try {
      names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !/^config\.ya?ml$/.test(name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return { problem: code === 'ENOENT' ? `There is no folder ${folder}.` : `${folder} cannot be read (${code}).` };
    }
    for (const name of names.sort().slice(0, FORMS_MAX)) {
      const read = readText(join(folder, name), FORM_BYTES_MAX, 'no form is that long');
      if ('problem' in read) return read;
      texts.push([name, read.text]);
    }
  }
  const forms: FormSpec[] = [];
  for (const [name, text] of texts) {
    const form = readForm(name, text);
    if (!('problem' in form)) forms.push(form);
    else if (folder !== undefined) return { problem: `${join(folder, name)}: ${form.problem}` };
  }
  return { forms };
}

function textOf(all: readonly Replayed[], policy: Policy): string[] {
  const lines = [
    'As if the desk had been there from the beginning with this policy. It asks nobody: every mention stands as the policy names it, whether or',
    `not it would reach anybody. Times are in ${policy.timezone}.`,
  ];
  if (policy.mode === 'shadow') lines.push('The policy says "mode: shadow": no step is posted.');
  if (policy.enforceFrom !== undefined) lines.push(`Steps due before ${iso(policy.enforceFrom)} (enforce_from) are not posted.`);
  for (const one of all) {
    lines.push('', `${one.id}  ${one.title}`);
    if ('walk' in one) lines.push(...notesOf(one).map((note) => `  ${note}`), ...walkLines(one.walk, policy));
  }
  return lines;
}

/** What was taken for granted of one issue, and what of it was left out. */
function notesOf({ exported: { notes }, named }: Extract<Replayed, { walk: Walk }>): string[] {
  const who = notes.responders.join(', ') || 'nobody';
  const lines = [
    named
      ? `Responders: ${who}.`
      : `Responders: ${who}. Nobody was named: whom GitHub calls OWNER, MEMBER or COLLABORATOR stands in, and who labels, assigns or closes. Name them with --responder.`,
  ];
  if (notes.omitted > 0)
    lines.push(`As at GitHub, of so long a timeline only the beginning and the end are read: ${notes.omitted} entries are left out.`);
  if (notes.unreadable > 0) lines.push(`${notes.unreadable} entries of the timeline cannot be read and are left out.`);
  if (notes.edited > 0) lines.push(`${notes.edited} comments with commands were edited: their commands count from the last edit.`);
  if (notes.closedUndated) lines.push('The issue is closed, but its timeline does not say when: it is taken as open.');
  return lines;
}

function asJson(all: readonly Replayed[], policy: Policy): unknown {
  return {
    zone: policy.timezone,
    issues: all.map((one) => {
      const common = { id: one.id, number: one.number, title: one.title };
      if ('problem' in one) return { ...common, problem: one.problem };
      const notes = { named: one.named, ...one.exported.notes };
      const { last, rows, until } = one.walk;
      if (!last) return { ...common, notes, ticket: null };
      const { ticket } = last;
      return {
        ...common,
        notes,
        ticket: { since: iso(ticket.since), priority: ticket.priorities.at(-1)!.id, marker: ticket.marker.is },
        rows: rows.map(dated),
        until: iso(until),
        clocks: currentClocks(last.clocks).map(({ name, startedAt, dueAt, breachedAt, state }) =>
          dated({ name, from: startedAt, dueAt, breachedAt, state: dated(state) }),
        ),
      };
    }),
  };
}

const DATES = new Set(['at', 'from', 'dueAt', 'breachedAt']);

/** Instants as GitHub writes them. */
const dated = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, DATES.has(key) && typeof value === 'number' ? iso(value as Instant) : value]),
  );
