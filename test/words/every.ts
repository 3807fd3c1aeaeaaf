import { CLOCKS, MARKERS } from '../../src/policy/types.ts';
import type { ClockStanding, NextView, Sentences } from '../../src/words/sentences.ts';
import { NOTES, REFUSALS } from './views.ts';

/** Arguments that no sentence holds by itself, so that a test sees whether a language forgot one. */
export const ARG = { at: '⟨at⟩', by: '⟨by⟩', who: '⟨who⟩', hint: '⟨hint⟩', clock: '⟨clock⟩', name: '⟨name⟩', zone: '⟨zone⟩' } as const;
const { at, by, who, hint, clock, name, zone } = ARG;

export const STANDINGS: readonly ClockStanding[] = [
  { is: 'running', due: at },
  { is: 'breached', due: at },
  { is: 'paused' },
  { is: 'met', at },
  { is: 'fixed', at },
  { is: 'met_late', at, by },
  { is: 'unanswered' },
  { is: 'dropped' },
];

const NEXTS: readonly NextView[] = [
  { is: 'answer', due: at },
  { is: 'answer', due: at, calls: true },
  { is: 'answer', late: true },
  { is: 'answer', late: true, calls: true },
  { is: 'answer' },
  { is: 'pick_up' },
  { is: 'work', who, due: at },
  { is: 'work', who },
  { is: 'work', due: at },
  { is: 'work' },
  { is: 'confirm', until: at },
  { is: 'confirm' },
  { is: 'confirm_stopped' },
  { is: 'done' },
  { is: 'done_silence' },
  { is: 'done_without_fix' },
  { is: 'done_duplicate', of: 12 },
  { is: 'done_duplicate' },
  { is: 'waiting', reason: hint },
  { is: 'waiting' },
  { is: 'hold', reason: hint },
  { is: 'hold' },
  { is: 'lacking', fields: name },
  { is: 'withdrawn' },
];

type Said = readonly (readonly [string, string])[];

const summary = { priorities: 4, clocks: 3, preset: name, fastest: clock };

/** Of how a date came about. */
function everyWhy(why: Sentences['why']): Said {
  const said: Record<keyof Sentences['why'], string | Said> = {
    summary: why.summary,
    nothing: why.nothing,
    earlier: why.earlier,
    start: why.start,
    comment: why.comment,
    event: why.event,
    edit: why.edit,
    opened: why.opened,
    rival: [
      ['dated', why.rival(name, at)],
      ['paused', why.rival(name, undefined)],
    ],
    policyChanged: why.policyChanged,
    newDue: why.newDue(at),
    graced: [
      ['instead', why.graced(at, by, hint)],
      ['at first', why.graced(at, by, undefined)],
    ],
    pauses: Object.entries(why.pauses),
    paused: why.paused,
    quoted: why.quoted(`${name}${why.paused}`),
    notCounted: why.notCounted(by),
    left: why.left(by),
    closed: why.closed,
    noHours: why.noHours,
    listed: why.listed,
    skipped: why.skipped,
    counted: why.counted,
    soFar: why.soFar(by),
    rest: why.rest(at),
    opening: why.opening(at),
    days: why.days(by, at),
    how: Object.entries(why.how),
    unpaused: why.unpaused(at),
    used: why.used(by),
    unposted: why.unposted(name),
    leftOut: why.leftOut,
  };
  return flattened(said);
}

/** Everything that a language can say, by name; the same names in every language. A sentence that is new here has to be added. */
export function everySentence(words: Sentences): ReadonlyMap<string, string> {
  const said: Record<keyof Sentences, string | Said> = {
    language: words.language,
    locale: words.locale,
    markers: MARKERS.map((one) => [one, words.markers[one]]),
    clocks: CLOCKS.map((one) => [one, words.clocks[one]]),
    unit: (['s', 'm', 'h', 'd', 'w'] as const).map((unit) => [unit, words.unit(20, unit)]),
    andMore: words.andMore(7),
    priority: words.priority,
    product: words.product,
    category: words.category,
    plan: words.plan,
    owner: words.owner,
    promise: words.promise,
    target: words.target,
    due: words.due,
    state: words.state,
    standing: STANDINGS.map((one) => [one.is, words.standing(one)]),
    aroundTheClock: words.aroundTheClock,
    whatNext: words.whatNext,
    next: NEXTS.map((one) => [JSON.stringify(one), words.next(one)]),
    note: NOTES.map((one) => [`${one.about} ${one.is}`, words.note({ ...one, instead: name })]),
    timesIn: words.timesIn(zone),
    reconstructed: words.reconstructed,
    reporterCommands: words.reporterCommands,
    why: everyWhy(words.why),
    securityPublic: words.securityPublic,
    rated: words.rated(4),
    handedOver: words.handedOver(who, by, at, name),
    notes: words.notes,
    pageSoon: words.pageSoon(clock, at, 75),
    pageBreach: words.pageBreach(clock, at),
    pageAfter: words.pageAfter(clock, at, by),
    pageDue: words.pageDue(clock, at),
    pageSince: words.pageSince(at),
    pageStagnant: words.pageStagnant(at),
    pageRepeat: words.pageRepeat(2, 3),
    pageAsked: words.pageAsked(who),
    pageLate: words.pageLate(at),
    pageSkipped: words.pageSkipped,
    pageNames: words.pageNames(name),
    pageHow: words.pageHow,
    confirmSoon: words.confirmSoon(at),
    askRequired: words.askRequired(name),
    askHandOff: [
      ['to somebody', words.askHandOff(who)],
      ['to nobody yet', words.askHandOff(undefined)],
    ],
    refused: REFUSALS.flatMap(([why, command]) => [
      [`${why} ${command}`, words.refused(command, why, hint)],
      [`${why} ${command} without a hint`, words.refused(command, why)],
    ]),
    helpIntro: words.helpIntro,
    help: Object.entries(words.help),
    handsOver: words.handsOver(by),
    stays: [
      ['until then', words.stays(who, at)],
      ['for good', words.stays(who, undefined)],
    ],
    runbook: words.runbook(name),
    runbookHow: words.runbookHow,
    helpReporter: words.helpReporter,
    helpResponder: words.helpResponder,
    labelOf: (['priority', 'product', 'category', 'marker', 'flag'] as const).map((what) => [what, words.labelOf(what, name)]),
    checkGood: words.checkGood(summary),
    checkNotYet: words.checkNotYet(name),
    checkBad: words.checkBad(3),
    checkLastGood: words.checkLastGood(at),
    checkNeverGood: words.checkNeverGood,
    checkElsewhere: words.checkElsewhere,
    checkUnheard: words.checkUnheard(name),
    checkMuted: words.checkMuted(name),
    checkYielded: words.checkYielded(name),
    crowdTitle: words.crowdTitle(12),
    crowdIntro: words.crowdIntro(12),
    crowdGo: words.crowdGo,
    crowdGone: words.crowdGone,
  };
  return new Map(flattened(said));
}

const flattened = (said: Readonly<Record<string, string | Said>>): Said =>
  Object.entries(said).flatMap(
    ([key, value]): Said => (typeof value === 'string' ? [[key, value]] : value.map(([part, text]) => [`${key} ${part}`, text])),
  );
