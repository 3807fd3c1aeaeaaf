import type { AtLeast, Language } from './types.ts';

/** Labels that are set when the file names no others. */
export const LABELS = {
  markers: {
    received: '🔴 received',
    progress: '⭕️ in progress',
    confirming: '🟡 awaiting confirmation',
    resolved: '🟢 resolved',
  },
  flags: { triaged: 'triaged', waiting: 'waiting for reporter', hold: 'on hold', escalated: 'escalated' },
  console: 'desk',
  incident: 'incident',
} as const;

export const EMOJI = { received: '🔴', progress: '⭕️', confirming: '🟡', resolved: '🟢' } as const;

/** `P1: critical`, `product: court`, `category: login`. */
export function labelOf(kind: 'priority' | 'product' | 'category', id: string, name: string | undefined): string {
  if (kind !== 'priority') return `${kind}: ${id}`;
  return name === undefined || name === id ? id : `${id}: ${name.toLowerCase()}`;
}

/** From red to green, most urgent first; the last one for all that follow. GitHub's own palette. */
export const COLOURS = ['b60205', 'd93f0b', 'fbca04', '0e8a16', 'c2e0c6'] as const;

export const DEFAULTS = {
  preset: 'standard',
  language: 'en' as Language,
  timezone: 'UTC',
  mode: 'live' as const,
  effective: 'new' as const,
  grace: '1h',
  fields: { priority: 'priority', product: 'product', category: 'category', plan: 'plan' },
  atLeast: 'triage' as AtLeast,
  confirm: { after: '7d', close: true },
  onRotation: true,
  incidents: { severities: ['critical', 'major', 'minor'], update: '1h', pin: true, reportDue: '24h' },
  digestDays: 'mon-fri',
} as const;
