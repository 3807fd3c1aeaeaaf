import type { Act, SimPolicy } from '../script.ts';
import { begin } from './clock.ts';
import {
  answer,
  ask,
  deed,
  fix,
  flag,
  isOpen,
  priorityOf,
  promiseAgain,
  reopen,
  resolve,
  start,
  type Ticket,
  voidFix,
  work,
  workaround,
} from './ticket.ts';
import { type Command, readComment } from './words.ts';

/** What people do, as a ticket understands it. */

export type Gone = ReadonlyMap<number, 'delete' | 'hide'>;
/** What `confirm.after` did once, it has done. */
export type Known = Act | { readonly kind: 'silence'; readonly at: number };

type Asker = { readonly login: string; readonly reporter: boolean; readonly responder: boolean };

const folded = (text: string): string => text.toLowerCase().replace(/[\s\-–—]+/g, '');

function priorityNamed(policy: SimPolicy, text: string): string | undefined {
  const whole = folded(text);
  const found = policy.priorities.find((one) => folded(one.id) === whole || folded(one.label) === whole);
  const first = folded(text.trim().split(/\s+/)[0] ?? '');
  return (found ?? policy.priorities.find((one) => folded(one.id) === first))?.id;
}

export function opened(act: Act & { kind: 'open' }, pin: SimPolicy, now: SimPolicy, fallback: string): Ticket {
  const { at, by } = act;
  const form = act.priority === undefined ? undefined : priorityNamed(pin, act.priority);
  const plan = pin.plans.find((one) => one.reporters.some((name) => name.replace(/^@/, '').toLowerCase() === by.login.toLowerCase()))?.id;
  const k: Ticket = {
    since: at,
    reporter: by.login,
    staff: by.part === 'responder',
    now,
    pin,
    marker: 'received',
    waiting: false,
    hold: false,
    answers: 0,
    fallback,
    ...(form === undefined ? {} : { form }),
    ...(plan === undefined ? {} : { plan }),
    priorities: [],
    assigned: new Set(),
    clocks: [],
    idle: begin('stagnant', at, [], []),
    closed: [],
    voided: [],
  };
  k.priorities.push({ at, id: priorityOf(k) });
  for (const name of ['first_response', 'workaround', 'resolution'] as const) start(k, name, at);
  return k;
}

function prioritise(k: Ticket, id: string | undefined, at: number): boolean {
  if (id === undefined) return false;
  k.word = id;
  promiseAgain(k, at);
  return true;
}

function plan(k: Ticket, text: string, at: number): boolean {
  const found = [...k.now.plans, ...k.pin.plans].find((one) => folded(one.id) === folded(text));
  if (!found) return false;
  k.plan = found.id;
  promiseAgain(k, at);
  return true;
}

function stillBroken(k: Ticket, asker: Asker, at: number): boolean {
  if (k.marker === 'confirming') voidFix(k, at, 'progress');
  else if (k.marker === 'resolved') reopen(k, at);
  else if (!asker.reporter) return false;
  if (asker.reporter) ask(k, at);
  return true;
}

function take(k: Ticket, login: string, at: number): boolean {
  if (k.marker === 'resolved') return false;
  k.assigned.add(login);
  if (k.marker === 'received') work(k, 'progress', at);
  return true;
}

function goOn(k: Ticket, at: number): boolean {
  flag(k, 'waiting', false, at);
  flag(k, 'hold', false, at);
  return true;
}

/** Whether it was carried out. */
function command(k: Ticket, { name, text }: Command, asker: Asker, at: number): boolean {
  if (name === 'sla' || name === 'help') return asker.reporter || asker.responder;
  if (name === 'confirm') return asker.reporter && resolve(k, at, true);
  if (name === 'rate') return asker.reporter;
  if (!asker.responder && !(asker.reporter && (name === 'still-broken' || name === 'reopen'))) return false;
  switch (name) {
    case 'still-broken':
      return stillBroken(k, asker, at);
    case 'reopen':
      return reopen(k, at);
    case 'take':
      return take(k, asker.login, at);
    case 'priority':
      return prioritise(k, priorityNamed(k.now, text), at);
    case 'plan':
      return plan(k, text, at);
    case 'wait':
      if (k.marker === 'resolved') return false;
      flag(k, 'waiting', true, at);
      return true;
    case 'hold':
      if (k.marker === 'resolved') return false;
      if (text !== '') flag(k, 'hold', true, at);
      return text !== '';
    case 'resume':
      return goOn(k, at);
    case 'workaround':
      if (text !== '') workaround(k, at);
      return text !== '';
    case 'fixed':
      return fix(k, at, false);
    case 'close':
      return resolve(k, at, true);
    case 'duplicate':
      return /^#\d+/.test(text) && resolve(k, at, false);
    default:
      return true;
  }
}

function say(k: Ticket, act: Act & { kind: 'say' }, gone: 'delete' | 'hide' | undefined): void {
  const { at, by } = act;
  const asker = { login: by.login, reporter: by.login === k.reporter, responder: by.part === 'responder' };
  const { says, commands } = readComment(act.body);
  const heard = says && gone === undefined;
  const there = gone !== 'delete';
  if (asker.reporter && there) {
    flag(k, 'waiting', false, at);
    delete k.silentAt;
    if (heard && k.answers > 0 && isOpen(k)) ask(k, at);
  } else if (asker.responder && !asker.reporter && heard) answer(k, at);
  const done = commands.filter((one) => command(k, one, asker, at)).length;
  if (asker.responder && !asker.reporter && (there || done > 0)) deed(k, at);
}

function label(k: Ticket, name: string, at: number): void {
  const { markers, flags } = k.now;
  if (name === markers.received) work(k, 'received', at);
  else if (name === markers.progress) work(k, 'progress', at);
  else if (name === markers.confirming) fix(k, at, false);
  else if (name === markers.resolved) resolve(k, at, true);
  else if (name === flags.waiting || name === flags.hold) {
    if (k.marker !== 'resolved') flag(k, name === flags.waiting ? 'waiting' : 'hold', true, at);
  } else prioritise(k, k.now.priorities.find((one) => one.label === name)?.id, at);
}

function unlabel(k: Ticket, name: string, at: number): void {
  const { flags, priorities } = k.now;
  if (name === flags.waiting || name === flags.hold) goOn(k, at);
  if (name !== priorities.find((one) => one.id === priorityOf(k))?.label) return;
  delete k.word;
  promiseAgain(k, at);
}

function close(k: Ticket, act: Act & { kind: 'close' }): void {
  const by = act.by.login === k.reporter || act.by.part === 'responder';
  if (k.closedAt === undefined) resolve(k, act.at, act.as === 'completed' && by);
}

export function perform(k: Ticket, act: Known, gone: Gone): void {
  const { at } = act;
  if (act.kind === 'silence') return void resolve(k, at, true);
  const { by } = act;
  const responder = by.part === 'responder';
  switch (act.kind) {
    case 'say':
      if (by.part !== 'bot') say(k, act, gone.get(act.comment));
      return;
    case 'label':
      if (responder) label(k, act.label, at);
      break;
    case 'unlabel':
      if (responder) unlabel(k, act.label, at);
      break;
    case 'assign':
      if (act.who.part !== 'responder') break;
      k.assigned.add(act.who.login);
      if (k.marker === 'received') work(k, 'progress', at);
      break;
    case 'unassign':
      k.assigned.delete(act.who.login);
      break;
    case 'close':
      close(k, act);
      break;
    case 'reopen':
      reopen(k, at);
      break;
    case 'merge':
      fix(k, at, true);
      break;
    default:
      return;
  }
  if (responder && by.login !== k.reporter) deed(k, at);
}
