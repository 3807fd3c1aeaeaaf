import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';

const UNITS: Readonly<Record<DurationUnit, readonly [one: string, many: string]>> = {
  s: ['second', 'seconds'],
  m: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  w: ['week', 'weeks'],
};

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const en: Sentences = {
  language: 'en',
  locale: 'en-GB',
  markers: {
    received: 'Received, nobody is working on it yet',
    progress: 'In progress',
    confirming: 'A fix exists and awaits confirmation',
    resolved: 'Resolved',
  },
  clocks: {
    first_response: 'First response',
    next_response: 'Next response',
    update: 'Progress update',
    workaround: 'Workaround',
    resolution: 'Resolution',
  },
  unit: (n, unit) => plural(n, ...UNITS[unit]),
  andMore: (n) => `and ${n} more`,

  priority: 'Priority',
  product: 'Product',
  category: 'Category',
  owner: 'Owner',
  promise: 'Promise',
  target: 'Within',
  due: 'Due',
  state: 'State',
  standing: (standing) => {
    switch (standing.is) {
      case 'running':
        return 'pending';
      case 'breached':
        return '**overdue**';
      case 'paused':
        return 'paused';
      case 'met':
        return `kept (${standing.at})`;
      case 'fixed':
        return `kept if confirmed (${standing.at})`;
      case 'met_late':
        return `late by ${standing.by} (${standing.at})`;
      case 'unanswered':
        return 'closed before that';
      case 'dropped':
        return 'no longer applies';
    }
  },
  aroundTheClock: 'around the clock',
  whatNext: 'What happens next',
  next: (next) => {
    switch (next.is) {
      case 'answer':
        if (next.late)
          return next.calls
            ? 'The answer is late; the people responsible were notified. Somebody from the team will answer here.'
            : 'The answer is late. Somebody from the team will answer here.';
        if (!next.due) return 'Somebody from the team will answer here.';
        return `Somebody from the team will answer here by **${next.due}**.${next.calls ? ' If not, the people responsible are notified.' : ''}`;
      case 'pick_up':
        return 'The team has answered. Next, somebody takes this on, and you will see it here.';
      case 'work':
        return `${next.who ? `${next.who} is working on it` : 'Somebody is working on it'}.${next.due ? ` It should be resolved by **${next.due}**.` : ''}`;
      case 'confirm':
        return `Please try the fix. If it works, write \`/confirm\` on a line of its own; if not, \`/still-broken\` and what you see.${next.until ? ` If we do not hear from you by **${next.until}**, this counts as resolved.` : ''}`;
      case 'confirm_stopped':
        return 'Thank you for writing back. This will not close by itself: the team reads your comment and answers. Write `/confirm` if the fix works, or `/still-broken` if it does not.';
      case 'done':
        return 'Nothing, this is resolved. If the problem comes back, write `/still-broken` on a line of its own and the ticket opens again.';
      case 'done_silence':
        return 'Nothing: a fix was provided and nobody objected, so this counts as resolved. If it is not, write `/still-broken` on a line of its own.';
      case 'done_without_fix':
        return 'Nothing: this was closed without a fix. If you disagree, say why in a comment, or write `/still-broken` on a line of its own.';
      case 'withdrawn':
        return 'This issue is no longer handled as a support ticket, so its promises no longer apply.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'priority')
      return is === 'blank'
        ? `The form names no priority, so it is taken as ${instead}. The team can correct it.`
        : `The priority named in the form does not exist here, so it is taken as ${instead}. The team can correct it.`;
    return is === 'blank'
      ? `The form names no ${about}. The team can add it.`
      : `The ${about} named in the form is not known here. The team can add the right one.`;
  },
  timesIn: (zone) => `Times are in ${zone}.`,
  reconstructed: 'This issue is older than the support desk here; what happened before was read from its history.',
  reporterCommands: 'You can write `/confirm`, `/still-broken`, `/sla` or `/help` on a line of its own in a comment.',

  pageSoon: (clock, due, percent) => `**${clock}**: ${percent}% of the time has passed, due **${due}**.`,
  pageBreach: (clock, due) => `**${clock}** was promised by **${due}** and has not happened.`,
  pageAfter: (clock, due, later) => `**${clock}** was promised by **${due}** and still has not happened ${later} later.`,
  pageSince: (since) => `The clock has been running since ${since}.`,
  pageLate: (at) => `This notice was due ${at} and comes late.`,
  pageSkipped: 'The people named for this step cannot be reached here, so it went to the next in line.',
  confirmSoon: (until) =>
    `A fix was provided and we have not heard from you. Without a word from you this counts as resolved on **${until}**. Please write \`/confirm\` on a line of its own if it works, or \`/still-broken\` and what you see if it does not.`,
  pageHow: 'Answer in a comment, or write `/take` on a line of its own to take this on.',

  refused: (command, why, hint) => {
    switch (why) {
      case 'responders_only':
        return COMMON_COMMANDS.has(command)
          ? `\`/${command}\` is for the person who reported this and for the people who answer here.`
          : `\`/${command}\` is for the people who answer here.`;
      case 'reporter_only':
        return `\`/${command}\` is for the person who reported this.`;
      case 'needs_priority':
        return `\`/${command}\` needs a priority after it${hint ? `, one of these: ${hint}` : ''}.`;
      case 'unknown_priority':
        return `\`/${command}\`: there is no such priority.${hint ? ` These exist: ${hint}.` : ''}`;
      case 'not_fixed':
        return `\`/${command}\`: no fix has been provided yet, so there is nothing to take back. The ticket is still open and its promises stand.`;
      case 'already_resolved':
        return `\`/${command}\`: this ticket is already resolved. If the problem is back, write \`/still-broken\`.`;
      case 'not_yet':
        return `\`/${command}\` is not something this version of the desk can do yet.`;
      case 'in_code':
        return `\`/${command}\` stands in code or a quotation and was not carried out. Commands count on a line of their own, outside code and quotations.`;
    }
  },
  helpIntro: 'Commands stand on a line of their own in a comment.',
  help: {
    confirm: 'the fix works; this is resolved',
    'still-broken': 'the fix does not work, or the problem is back; say what you see',
    sla: 'show where each promise stands',
    help: 'show this list',
    take: 'take this ticket on',
    fixed: 'a fix has been provided; ask the reporter to confirm',
    priority: 'set the priority',
  },
  helpReporter: 'For the person who reported this',
  helpResponder: 'For the people who answer here',

  labelOf: (what, name) => {
    const kind = {
      priority: 'Priority',
      product: 'Product',
      category: 'Category',
      marker: 'Where the ticket stands',
      flag: 'Ticket flag',
    }[what];
    return `${kind}: ${name}`;
  },

  checkGood: ({ priorities, clocks, preset, fastest }) =>
    `${plural(clocks, 'kind', 'kinds')} of promise for ${plural(priorities, 'priority', 'priorities')}, based on ${preset}. Most urgent: ${fastest}.`,
  checkNotYet: (names) => `Read, but not in force in this version yet: ${names}.`,
  checkBad: (n) => `${plural(n, 'problem', 'problems')} in support.yml; this version of the file is not in force.`,
  checkLastGood: (since) => `The last good policy, from ${since}, stays in force.`,
  checkElsewhere: 'Some of these are not in this file but in the one that it builds on.',
  checkUnheard: (steps) =>
    `These steps notified nobody, because nobody they name can be reached here: ${steps}. Name people in roles, owners or default_owners.`,
  checkYielded: (labels) => `A bot keeps changing these labels, so they stand as it left them: ${labels}.`,
  checkNeverGood: 'No policy has been in force yet: until the file is valid the desk does nothing else.',

  crowdTitle: (n) => `${plural(n, 'ticket', 'tickets')} became due at once: may people be notified?`,
  crowdIntro: (n) =>
    `One change, not the passing of time, made ${plural(n, 'ticket', 'tickets')} due at once, so nobody has been notified. These are the tickets:`,
  crowdGo:
    'If notifying people about them is right, somebody who answers here writes `/go` on a line of its own. Closing this issue without it drops these notices.',
  crowdGone: 'Thank you: people are being notified now.',
};
