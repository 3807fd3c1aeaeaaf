import type { Sentences } from './sentences.ts';

const UNITS = { s: ['second', 'seconds'], m: ['minute', 'minutes'], h: ['hour', 'hours'], d: ['day', 'days'], w: ['week', 'weeks'] } as const;

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
    update: 'Next update',
    workaround: 'Workaround',
    resolution: 'Resolution',
  },
  unit: (n, unit) => `${n} ${UNITS[unit][n === 1 ? 0 : 1]}`,
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
        return 'running';
      case 'breached':
        return '**overdue**';
      case 'paused':
        return 'paused';
      case 'met':
        return `kept, ${standing.at}`;
      case 'fixed':
        return `kept if you confirm, ${standing.at}`;
      case 'met_late':
        return `late by ${standing.by}, ${standing.at}`;
      case 'unanswered':
        return 'closed unanswered';
      case 'dropped':
        return 'ended with the ticket';
    }
  },
  aroundTheClock: 'around the clock',
  inHours: (calendar) => `in ${calendar} hours`,
  whatNext: 'What happens next',
  next: (next) => {
    switch (next.is) {
      case 'answer':
        return next.due
          ? `Somebody from the team will answer here by **${next.due}**. If that fails, those responsible are called.`
          : 'Somebody from the team will answer here.';
      case 'pick_up':
        return 'The team has answered. Next, somebody takes this on, and you will see it here.';
      case 'work':
        return `${next.who ? `${next.who} is working on it` : 'Somebody is working on it'}.${next.due ? ` It should be resolved by **${next.due}**.` : ''}`;
      case 'confirm':
        return `Please try the fix. Write \`/confirm\` on a line of its own if it works, or \`/still-broken\` and what you see if it does not.${next.until ? ` Without a word from you it counts as resolved on **${next.until}**.` : ''}`;
      case 'confirm_stopped':
        return 'You wrote back, so nothing is closed by time: the team reads it and answers. Write `/confirm` if the fix works, or `/still-broken` if it does not.';
      case 'done':
        return 'Nothing, this is resolved. If it comes back, write `/still-broken` on a line of its own and the ticket opens again.';
      case 'done_silence':
        return 'Nothing: a fix was provided and no objection came, so this counts as resolved. If it is not, write `/still-broken` on a line of its own.';
      case 'done_without_fix':
        return 'Nothing: this was closed without a fix. If you disagree, say why in a comment, or write `/still-broken` on a line of its own.';
      case 'withdrawn':
        return 'This issue is no longer handled as a support ticket; its promises ended.';
    }
  },
  note: ({ about, is, instead }) => {
    const what = { priority: 'priority', product: 'product', category: 'category' }[about];
    return is === 'blank'
      ? `The form leaves the ${what} open, so it is taken as ${instead}. The team can correct it.`
      : `The ${what} named in the form is not one that this desk knows, so it is taken as ${instead}. The team can correct it.`;
  },
  timesIn: (zone) => `Times are in ${zone}.`,
  reconstructed: 'This ticket is older than the desk; what came before was read from its history.',
  reporterCommands: 'You can write `/confirm`, `/still-broken`, `/sla` or `/help` on a line of its own in a comment.',

  pageSoon: (clock, due, percent) => `**${clock}** is due **${due}**; ${percent} % of its time has passed.`,
  pageBreach: (clock, due) => `**${clock}** was promised by **${due}** and has not happened.`,
  pageAfter: (clock, due, later) => `**${clock}** was promised by **${due}** and still has not happened ${later} later.`,
  pageSince: (since) => `The clock has been running since ${since}.`,
  pageLate: (at) => `This notice was due ${at} and comes late, because the desk could not work then.`,
  pageSkipped: 'Those named for this step cannot be reached here, so it went to the next in line.',
  pageHow: 'Answer in a comment, or write `/take` on a line of its own to take this on.',

  refused: (command, why, hint) => {
    switch (why) {
      case 'responders_only':
        return `\`/${command}\` is for the people who answer here.`;
      case 'reporter_only':
        return `\`/${command}\` is for the person who reported this.`;
      case 'needs_priority':
        return `\`/${command}\` needs a priority: ${hint ?? ''}.`;
      case 'unknown_priority':
        return `\`/${command}\`: there is no such priority. These exist: ${hint ?? ''}.`;
      case 'not_fixed':
        return `\`/${command}\`: no fix has been provided yet, so there is nothing to take back. The ticket is open and its clocks run.`;
      case 'already_resolved':
        return `\`/${command}\`: this ticket is resolved. If the problem is back, write \`/still-broken\`.`;
      case 'not_yet':
        return `\`/${command}\` is not something this version of the desk can do yet.`;
      case 'in_code':
        return `\`/${command}\` stands in code or a quotation and was not carried out. Commands count on a line of their own outside code.`;
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
  helpReporter: 'Who reported this',
  helpResponder: 'Who answers here',

  labelOf: (what, name) => {
    const kind = { priority: 'Priority', product: 'Product', category: 'Category', marker: 'Where the ticket stands', flag: 'Ticket flag' }[what];
    return `${kind}: ${name}`;
  },

  checkGood: ({ priorities, clocks, preset, fastest }) =>
    `This desk keeps ${clocks} promises for ${priorities} ${priorities === 1 ? 'priority' : 'priorities'} (based on ${preset}); the quickest is ${fastest}.`,
  checkNotYet: (names) => `Read, but not in force in this version yet: ${names}.`,
  checkBad: (n) => `${n} ${n === 1 ? 'problem' : 'problems'} in support.yml; this version of the file is not in force.`,
  checkLastGood: (since) => `The last good policy, from ${since}, stays in force.`,
  checkElsewhere: 'Some of these are not in this file but in the one that it builds on.',
  checkUnheard: (steps) => `Nobody could be called for these steps, since nobody they name can be reached here: ${steps}. Name people in roles, owners or default_owners.`,
  checkYielded: (labels) => `A bot keeps changing these labels, so they stand as it left them: ${labels}.`,
  checkNeverGood: 'No policy has been in force yet: until the file is valid the desk does nothing else.',

  crowdTitle: (n) => `${n} tickets became due at once: may people be called?`,
  crowdIntro: (n) =>
    `One change, not the passing of time, made ${n} tickets due at once, so nobody was called. These are the tickets:`,
  crowdGo: 'If calling people about them is right, a responder writes `/go` on a line of its own here. Closing this issue without it drops these calls.',
  crowdGone: 'Thank you: people are called now.',
};
