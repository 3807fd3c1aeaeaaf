import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';
import { whyEn } from './why/en.ts';

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
  plan: 'Plan',
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
      case 'done_duplicate':
        return `Nothing here: this was reported before${next.of ? `, as issue ${next.of}` : ''}, and is handled there. If you disagree, say why in a comment, or write \`/still-broken\` on a line of its own.`;
      case 'waiting':
        return `The team is waiting for the person who reported this${next.reason ? `: ${next.reason}` : ''}. Any comment of theirs goes on with it; until then the clocks marked as paused stand still.`;
      case 'hold':
        return `This is on hold${next.reason ? `: ${next.reason}` : ''}. The clocks marked as paused stand still until the team goes on with it.`;
      case 'lacking':
        return `Some required information is missing: ${next.fields}. Please add it by editing the issue, or answer in a comment; until then the clocks marked as paused stand still.`;
      case 'withdrawn':
        return 'This issue is no longer handled as a support ticket, so its promises no longer apply.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'plan') return 'The plan named in the form does not apply by itself. The team can set it.';
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
  securityPublic: 'Everybody can read this issue. Please do not add details of the problem here.',
  rated: (stars) => `The person who reported this rated it ${stars} out of 5.`,
  handedOver: (from, to, at, notes) => `Handed over by ${from} to ${to} on ${at}: ${notes}.`,
  notes: 'notes',

  why: whyEn,

  pageSoon: (clock, due, percent) => `**${clock}**: ${percent}% of the time has passed, due **${due}**.`,
  pageBreach: (clock, due) => `**${clock}** was promised by **${due}** and has not happened.`,
  pageAfter: (clock, due, later) => `**${clock}** was promised by **${due}** and still has not happened ${later} later.`,
  pageDue: (clock, due) => `**${clock}** is due **${due}**.`,
  pageSince: (since) => `The clock has been running since ${since}.`,
  pageStagnant: (since) => `Nobody from the team has said or done anything here since **${since}**.`,
  pageRepeat: (n, of) => `Reminder ${n} of ${of}.`,
  pageAsked: (who) => `Escalated by ${who}.`,
  askRequired: (fields) =>
    `Some required information is missing: ${fields}. Please add it by editing the issue, or answer in a comment. Until then the clocks that depend on it stand still.`,
  askHandOff: (to) =>
    to
      ? `Your turn on call has ended, ${to} is on call now. This ticket is still open and assigned to you: hand it over with \`/handoff ${to} notes\` on a line of its own, or keep it with \`/stay\`.`
      : 'Your turn on call has ended. This ticket is still open and assigned to you: hand it over with `/handoff who notes` on a line of its own, or keep it with `/stay`.',
  pageLate: (at) => `This notice was due ${at} and comes late.`,
  pageSkipped: 'The people named for this step cannot be reached here, so it went to the next in line.',
  pageNames: (team) => `The team ${team} could not be notified as a team, so its members are:`,
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
      case 'needs_one':
        return `\`/${command}\` needs a name after it${hint ? `, one of these: ${hint}` : ', and the policy here defines none'}.`;
      case 'unknown_one':
        return `\`/${command}\`: there is nothing of that name.${hint ? ` These exist: ${hint}.` : ' The policy here defines none.'}`;
      case 'needs_text':
        return `\`/${command}\` needs a text after it, on the same line or below: that is what the reporter reads.`;
      case 'needs_reason':
        return `\`/${command}\` needs a reason after it.`;
      case 'needs_notes':
        return `\`/${command}\` needs notes after the name, so that whoever goes on knows where things stand.`;
      case 'needs_person':
        return `\`/${command}\` needs somebody after it, such as \`ann\`.`;
      case 'unknown_person':
        return `\`/${command}\`: nothing here can be assigned to that person. Check the name, and that they have access to this repository.`;
      case 'needs_issue':
        return `\`/${command}\` needs the number of another issue of this repository after it, such as \`12\`.`;
      case 'needs_number':
        return `\`/${command}\` needs the number of a step after it, such as \`2\`.`;
      case 'needs_rating':
        return `\`/${command}\` needs a number from 1 to 5 after it.`;
      case 'no_runbook':
        return `\`/${command}\`: no runbook was found. A category names one with \`runbook\`, and the file has to be in this repository.`;
      case 'not_paused':
        return `\`/${command}\`: this ticket is neither waiting nor on hold.`;
      case 'not_closed':
        return `\`/${command}\`: this ticket is open. If the fix does not work, write \`/still-broken\`.`;
      case 'not_fixed_yet':
        return `\`/${command}\` is for when a fix has been provided.`;
      case 'needs_day':
        return `\`/${command}\` needs a day after it, such as \`2026-12-01\` or \`2026-12-01 10:00\`, or nothing.`;
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
    reopen: 'open this ticket again',
    rate: 'say how well you were helped',
    sla: 'show where each promise stands; with `why`, how each date came about',
    help: 'show this list',
    ack: 'say that this has been seen',
    take: 'take this ticket on',
    assign: 'assign somebody',
    handoff: 'hand this ticket over to somebody, with notes',
    stay: 'keep this ticket though your turn on call has ended',
    priority: 'set the priority',
    product: 'set the product',
    category: 'set the category',
    plan: 'set the plan that was bought',
    wait: 'wait for the reporter; any comment of theirs goes on',
    hold: 'wait for somebody else; say why',
    resume: 'go on after waiting or holding',
    workaround: 'say how to live with the problem until it is fixed',
    fixed: 'a fix has been provided; ask the reporter to confirm',
    close: 'close this as done',
    duplicate: 'close this as a duplicate of another issue',
    escalate: 'call the next people in line now',
    runbook: 'show the steps of the runbook as a list to tick off',
    done: 'tick off a step of the runbook',
  },
  handsOver: (from) => `${from} hands this ticket over to you.`,
  stays: (who, until) => `${who} keeps this ticket beyond the hand-off${until ? `, until ${until}` : ''}.`,
  runbook: (name) => `Runbook: ${name}`,
  runbookHow: 'Tick the steps off here, or write `/done` and the number of a step on a line of its own in a comment.',
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
  checkMuted: (issues) =>
    `GitHub refused comments that were to notify people on these issues: ${issues}. See whether they hold too many comments or are locked, and whether the App may write there. The desk keeps trying.`,
  checkYielded: (labels) => `A bot keeps changing these labels, so they stand as it left them: ${labels}.`,
  checkNeverGood: 'No policy has been in force yet: until the file is valid the desk does nothing else.',

  crowdTitle: (n) => `${plural(n, 'ticket', 'tickets')} became due at once: may people be notified?`,
  crowdIntro: (n) =>
    `One change, not the passing of time, made ${plural(n, 'ticket', 'tickets')} due at once, so nobody has been notified. These are the tickets:`,
  crowdGo:
    'If notifying people about them is right, somebody who answers here writes `/go` on a line of its own. Closing this issue without it drops these notices.',
  crowdGone: 'Thank you: people are being notified now.',
};
