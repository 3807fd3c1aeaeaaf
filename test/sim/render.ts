import { stringify } from 'yaml';
import type { SimPolicy } from './script.ts';

/** `support.yml` as people write it; nothing of the preset is left but what a policy of the simulation does not name. */
export function renderPolicy(policy: SimPolicy): string {
  const { timezone, effective, grace, calendars, priorities, default_priority, plans, escalation, flags, confirm } = policy;
  const hours = Object.entries(calendars).map(([id, { timezone: zone, hours: open, add }]) => {
    const dates = Object.entries(add).map(([date, windows]) => [date, windows.length === 0 ? 'closed' : windows]);
    return [id, { timezone: zone, hours: open, ...(dates.length > 0 ? { holidays: { add: Object.fromEntries(dates) } } : {}) }];
  });
  const markers = Object.fromEntries(Object.entries(policy.markers).map(([name, label]) => [name, { label }]));
  return stringify({
    extends: 'standard@1',
    timezone,
    effective,
    grace,
    calendars: Object.fromEntries(hours),
    priorities,
    default_priority,
    ...(plans.length > 0 ? { plans } : {}),
    default_owners: ['@petra'],
    responders: { at_least: 'triage', teams: ['@acme/support'] },
    escalation,
    markers,
    flags,
    confirm: confirm === false ? false : { after: confirm.after, close: true },
  });
}

export const formOf = (policy: SimPolicy): string =>
  stringify({
    name: 'Something is broken',
    description: 'Tell us.',
    body: [
      {
        type: 'dropdown',
        id: 'priority',
        attributes: { label: 'Priority', options: policy.priorities.map((one) => `${one.id} – so it is`) },
      },
      { type: 'textarea', id: 'description', attributes: { label: 'What happened?' } },
    ],
  });
