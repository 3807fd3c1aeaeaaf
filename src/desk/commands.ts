import { matchPriority } from '../policy/match.ts';
import type { Policy } from '../policy/types.ts';
import { IN_CODE } from './happenings.ts';
import type { CommandFact, Handled } from './ledger.ts';
import type { Played } from './parts.ts';
import type { Marker, Refusal } from './ticket.ts';

type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: Refusal };

const OK: Verdict = { ok: true };
const no = (why: Refusal): Verdict => ({ ok: false, why });

/** Whether a command that no look has seen is carried out. Depends on what stood at its instant, never on who asks later. */
export function judge(command: CommandFact, played: Played, marker: Marker, policy: Policy): Verdict {
  const responder = played.part === 'responder' || played.staff;
  const reporter = played.part === 'reporter';
  if (command.text === IN_CODE) return no('in_code');
  switch (command.name) {
    case 'sla':
    case 'help':
      return responder || reporter ? OK : no('responders_only');
    case 'take':
      if (!responder) return no('responders_only');
      return marker.is === 'resolved' ? no('already_resolved') : OK;
    case 'fixed':
      if (!responder) return no('responders_only');
      return marker.is === 'resolved' ? no('already_resolved') : OK;
    case 'confirm':
      if (!reporter) return no('reporter_only');
      return marker.is === 'resolved' ? no('already_resolved') : OK;
    case 'still-broken':
      if (!responder && !reporter) return no('responders_only');
      return marker.is === 'confirming' || marker.is === 'resolved' ? OK : no('not_fixed');
    case 'priority':
      if (!responder) return no('responders_only');
      if (!command.text.trim()) return no('needs_priority');
      return matchPriority(policy, command.text) ? OK : no('unknown_priority');
    default:
      return no('not_yet');
  }
}

/** What an earlier look decided stands; the reason of a refusal was given then. */
export const kept = (handled: Handled): Verdict => (handled.ok ? OK : no('already_resolved'));
