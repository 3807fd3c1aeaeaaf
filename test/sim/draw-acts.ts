import type { Chance } from '../../src/sandbox/unkind.ts';
import { IN_FORCE } from './draw-policy.ts';
import { BOT, BYSTANDER, DAY, HOUR, MINUTE, type PlannedAct, pickOf, REPORTERS, RESPONDERS, weighted } from './plan.ts';
import type { SimPolicy } from './script.ts';

type Chapter =
  | 'triage'
  | 'answer'
  | 'ask'
  | 'pause'
  | 'priority'
  | 'fix'
  | 'broken'
  | 'end'
  | 'reopen'
  | 'noise'
  | 'unsay'
  | 'plan'
  | 'people';
type Phase = 'new' | 'open' | 'fixed' | 'ended';

const WEIGHTS: Record<Phase, Partial<Record<Chapter, number>>> = {
  new: { triage: 4, answer: 3, pause: 2, priority: 3, ask: 2, noise: 2, people: 1, fix: 1, end: 0.4, broken: 0.2, reopen: 0.1 },
  open: { answer: 2, pause: 4, priority: 3.5, ask: 2.5, fix: 4, noise: 1.5, people: 1, unsay: 0.8, plan: 0.5, end: 0.5, broken: 0.3 },
  fixed: { broken: 2.5, end: 5, ask: 1, answer: 1, fix: 0.5, noise: 0.7, priority: 0.5, pause: 0.6, reopen: 0.4, unsay: 0.3 },
  ended: { reopen: 6, noise: 0.5, ask: 0.5, answer: 0.3, priority: 0.2 },
};
const ANSWERS = [
  'We look into it.',
  'It is the cache.\n/take',
  'Done that',
  'Try turning it off.\n\n> why?',
  '1',
  'Text\n```\n/fixed\n```\nmore',
];
const EMPTY = ['/take', '> We know\n', '<!-- later -->', '/sla', '`/fixed`', '> /fixed\n> really'];
const ASKS = [
  'Any news?',
  'I have the logs: 42',
  '> we know\n',
  'Thanks!',
  '/sla',
  '/take',
  '/hold',
  '/priority P1',
  '> /confirm',
  '`/still-broken`',
];
const CHATTER = [
  'Same here',
  '/fixed',
  '/priority P1',
  '/confirm',
  '/wait',
  '/still-broken',
  '> /close',
  '/nonsense',
  '/resume',
  'me too\n/take',
];

/** The acts of one ticket: a story that makes sense, with people who get in its way. */
export class Story {
  readonly acts: PlannedAct[] = [];
  readonly #chance: Chance;
  readonly #policy: SimPolicy;
  readonly #ticket: number;
  readonly #reporter: string;
  readonly #end: number;
  #at: number;
  #phase: Phase = 'new';
  #marks: number[] = [];

  constructor(chance: Chance, policy: SimPolicy, ticket: number, opens: number, end: number) {
    this.#chance = chance;
    this.#policy = policy;
    this.#ticket = ticket;
    this.#reporter = pickOf(chance, REPORTERS);
    this.#end = end;
    this.#at = opens;
  }

  tell(length: number): PlannedAct[] {
    const { priorities } = this.#policy;
    this.#do(this.#reporter, { kind: 'open', ...(this.#chance.hits(0.6) ? { priority: pickOf(this.#chance, priorities).id } : {}) });
    while (this.acts.length < length && this.#at < this.#end) {
      this.#wait();
      this.#chapter(weighted(this.#chance, WEIGHTS[this.#phase] as Record<Chapter, number>));
    }
    // Most tickets come to an end.
    if (this.#phase !== 'ended' && this.#chance.hits(0.7)) {
      this.#wait();
      this.#close();
    }
    return this.acts.filter((act) => act.at < this.#end);
  }

  /** From seconds to days, over nights, and now and then to the second at which something is due. */
  #wait(): void {
    const chance = this.#chance;
    const gap = {
      seconds: () => chance.upTo(90),
      minutes: () => chance.upTo(90 * MINUTE),
      hours: () => HOUR + chance.upTo(9 * HOUR),
      night: () => 10 * HOUR + chance.upTo(10 * HOUR),
      days: () => DAY + chance.upTo(3 * DAY),
    }[weighted(chance, { seconds: 1, minutes: 3, hours: 3.5, night: 2.5, days: 0.8 })]();
    this.#at += gap;
    if (!chance.hits(0.12)) return;
    const exact = pickOf(chance, this.#marks) + pickOf(chance, [900, 1800, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, DAY]) + chance.upTo(2) - 1;
    if (exact > this.#at - gap) this.#at = exact;
  }

  #do(by: string, what: Record<string, unknown> & { kind: PlannedAct['kind'] }): void {
    this.acts.push({ at: this.#at, ticket: this.#ticket, by, ...what } as PlannedAct);
    this.#marks = [...this.#marks.slice(-3), this.#at];
  }

  #says(by: string, body: string): void {
    this.#do(by, { kind: 'say', body });
  }

  get #responder(): string {
    return pickOf(this.#chance, RESPONDERS);
  }

  #chapter(name: Chapter): void {
    const chance = this.#chance;
    const either = (p: number) => chance.hits(p);
    switch (name) {
      case 'triage':
        return this.#triage();
      case 'answer':
        if (this.#phase === 'new') this.#phase = 'open';
        return this.#says(this.#responder, pickOf(chance, either(0.8) ? ANSWERS : EMPTY));
      case 'ask':
        return this.#says(this.#reporter, pickOf(chance, ASKS));
      case 'pause':
        return this.#pause();
      case 'plan':
        if (IN_FORCE.plans) this.#says(this.#responder, `/plan ${pickOf(chance, ['gold', 'iron', 'lead'])}`);
        return;
      case 'priority':
        return this.#priority();
      case 'fix':
        return this.#fix();
      case 'broken':
        this.#says(
          either(0.8) ? this.#reporter : this.#responder,
          pickOf(chance, ['/still-broken', '/still-broken it is not', 'No.\n/still-broken']),
        );
        if (this.#phase !== 'new') this.#phase = 'open';
        return;
      case 'end':
        return this.#close();
      case 'reopen':
        return this.#reopen();
      case 'noise':
        return this.#noise();
      case 'unsay':
        return this.#do(either(0.5) ? 'mark' : 'sara', { kind: either(0.5) ? 'delete' : 'hide', place: chance.next() });
      case 'people':
        return this.#do(this.#responder, { kind: either(0.7) ? 'assign' : 'unassign', who: this.#responder });
    }
  }

  #triage(): void {
    const { priorities, markers } = this.#policy;
    const chance = this.#chance;
    const priority = pickOf(chance, priorities);
    const how = weighted(chance, { command: 4, label: 2, assign: 2, marker: 1, take: 3 });
    if (how === 'command') this.#says(this.#responder, `/priority ${priority.id}${chance.hits(0.5) ? '\n/take' : ''}`);
    if (how === 'label') this.#do(this.#responder, { kind: 'label', label: priority.label });
    if (how === 'assign') this.#do(this.#responder, { kind: 'assign', who: this.#responder });
    if (how === 'marker') this.#do(this.#responder, { kind: 'label', label: markers.progress });
    if (how === 'take') this.#says(this.#responder, pickOf(chance, ['/take', 'Mine.\n/take']));
    this.#phase = 'open';
  }

  #priority(): void {
    const { priorities } = this.#policy;
    const { id, label } = pickOf(this.#chance, priorities);
    const how = weighted(this.#chance, { command: 5, word: 2, label: 3, unlabel: 0.7, stranger: 1, bot: 0.7, wrong: 0.4 });
    if (how === 'command') this.#says(this.#responder, `/priority ${id}`);
    if (how === 'word') this.#says(this.#responder, `It is worse than we thought.\n/priority ${id}`);
    if (how === 'label') this.#do(this.#responder, { kind: 'label', label });
    if (how === 'unlabel') this.#do(this.#responder, { kind: 'unlabel', label });
    if (how === 'stranger') this.#says(this.#chance.hits(0.5) ? BYSTANDER : this.#reporter, `/priority ${id}`);
    if (how === 'bot') this.#do(BOT, { kind: this.#chance.hits(0.7) ? 'label' : 'unlabel', label });
    if (how === 'wrong') this.#says(this.#responder, pickOf(this.#chance, ['/priority', '/priority P9', '> /priority P1']));
  }

  #pause(): void {
    if (!IN_FORCE.pauses) return this.#priority();
    const chance = this.#chance;
    const { flags } = this.#policy;
    const flag = chance.hits(0.5) ? flags.waiting : flags.hold;
    if (chance.hits(0.25)) this.#do(this.#responder, { kind: 'label', label: flag });
    else
      this.#says(
        this.#responder,
        pickOf(chance, ['/wait', '/wait for the logs', 'Which version?\n/wait', '/hold the supplier', '/hold it rains']),
      );
    if (chance.hits(0.2)) this.#says(this.#responder, pickOf(chance, ['/hold the vendor', '/wait']));
    // Over the night, the weekend, or just an hour.
    this.#at += pickOf(chance, [HOUR, 3 * HOUR, 15 * HOUR, 20 * HOUR, DAY, 2 * DAY, 3 * DAY]) + chance.upTo(2 * HOUR);
    const how = weighted(chance, { resume: 4, reporter: 3, unlabel: 1.5, never: 1, stranger: 0.5 });
    if (how === 'resume') this.#says(this.#responder, pickOf(chance, ['/resume', 'Here we go.\n/resume']));
    if (how === 'reporter') this.#says(this.#reporter, pickOf(chance, ['Version 3', '/sla', '> which?\n']));
    if (how === 'unlabel') this.#do(this.#responder, { kind: 'unlabel', label: flag });
    if (how === 'stranger') this.#says(BYSTANDER, '/resume');
  }

  #fix(): void {
    const chance = this.#chance;
    const how = weighted(chance, { fixed: 5, label: 1.5, merge: 2, workaround: IN_FORCE.words ? 1.5 : 0 });
    if (how === 'fixed') this.#says(this.#responder, pickOf(chance, ['/fixed', '/fixed in 1.2', 'Found it.\n/fixed']));
    if (how === 'label') this.#do(this.#responder, { kind: 'label', label: this.#policy.markers.confirming });
    if (how === 'merge') this.#do(pickOf(chance, ['mark', 'sara']), { kind: 'merge' });
    if (how === 'workaround') return this.#says(this.#responder, '/workaround turn it off');
    this.#phase = this.#policy.confirm === false ? 'ended' : 'fixed';
  }

  #close(): void {
    const chance = this.#chance;
    const how = weighted(chance, { confirm: 4, reporter: 1.5, responder: 2, label: 1, word: IN_FORCE.words ? 2 : 0, bot: 0.5, silence: 1 });
    if (how === 'confirm') this.#says(this.#reporter, pickOf(chance, ['/confirm', 'Thanks\n/confirm']));
    if (how === 'reporter') this.#do(this.#reporter, { kind: 'close', as: pickOf(chance, ['completed', 'not_planned'] as const) });
    if (how === 'responder')
      this.#do(this.#responder, { kind: 'close', as: pickOf(chance, ['completed', 'completed', 'not_planned', 'duplicate'] as const) });
    if (how === 'label') this.#do(this.#responder, { kind: 'label', label: this.#policy.markers.resolved });
    if (how === 'word') this.#says(this.#responder, pickOf(chance, ['/close', '/close it was the cable', '/duplicate #1']));
    if (how === 'bot') this.#do(BOT, { kind: 'close', as: 'not_planned' });
    if (how === 'silence') this.#at += 3 * DAY;
    this.#phase = 'ended';
  }

  #reopen(): void {
    const chance = this.#chance;
    const how = weighted(chance, { broken: 3, responder: 3, reporter: 1, label: 1, word: IN_FORCE.words ? 2 : 0 });
    if (how === 'broken') this.#says(this.#reporter, '/still-broken');
    if (how === 'responder') this.#do(this.#responder, { kind: 'reopen' });
    if (how === 'reporter') this.#do(this.#reporter, { kind: 'reopen' });
    if (how === 'label')
      this.#do(this.#responder, { kind: 'label', label: pickOf(chance, [this.#policy.markers.received, this.#policy.markers.progress]) });
    if (how === 'word') this.#says(chance.hits(0.5) ? this.#reporter : this.#responder, '/reopen');
    this.#phase = 'open';
  }

  #noise(): void {
    const chance = this.#chance;
    const { markers, flags } = this.#policy;
    const how = weighted(chance, { chatter: 4, bot: 1, marker: 1, other: 0.5 });
    if (how === 'chatter') this.#says(chance.hits(0.8) ? BYSTANDER : BOT, pickOf(chance, CHATTER));
    const label = pickOf(chance, [...Object.values(markers), flags.waiting]);
    if (how === 'bot') this.#do(BOT, { kind: chance.hits(0.5) ? 'label' : 'unlabel', label });
    if (how === 'marker') this.#do(this.#responder, { kind: 'unlabel', label: pickOf(chance, Object.values(markers)) });
    if (how === 'other') this.#do(this.#responder, { kind: 'label', label: 'nice' });
  }
}
