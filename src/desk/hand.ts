import { MARKERS, type MarkerName, type Policy } from '../policy/types.ts';
import { same } from './intake.ts';
import type { Fact } from './ledger.ts';

/** What a flag's label means when a responder sets it or takes it away. */
export type FlagDeed = 'wait' | 'hold' | 'resume' | 'triaged' | 'untriaged';

const NAMES: readonly string[] = MARKERS;
export const isMarker = (meant: string): meant is MarkerName => NAMES.includes(meant);

/** What a responder means by a label of ours: the command that it stands for (`policy.md`, Labels by hand). */
export function meaningOf(
  { kind, label }: Extract<Fact, { kind: 'labelled' | 'unlabelled' }>,
  { markers, flags }: Policy,
): MarkerName | FlagDeed | undefined {
  const set = kind === 'labelled';
  if (same(label, flags.waiting)) return set ? 'wait' : 'resume';
  if (same(label, flags.hold)) return set ? 'hold' : 'resume';
  if (same(label, flags.triaged)) return set ? 'triaged' : 'untriaged';
  return set ? MARKERS.find((one) => same(label, markers[one].label)) : undefined;
}
