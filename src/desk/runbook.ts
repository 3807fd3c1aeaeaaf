import { matchCategory } from '../policy/match.ts';
import type { Policy } from '../policy/types.ts';
import type { Ledger, OwnComment } from './ledger.ts';

/** A list that nobody reads to its end helps nobody. */
const STEPS_MAX = 50;

/** The category that was named, or the ticket's own, with its runbook's text, if that could be read. */
export function runbookOf(
  text: string,
  policy: Policy,
  category: string | undefined,
  { runbooks }: Pick<Ledger, 'runbooks'>,
): { readonly name: string; readonly steps: readonly string[] } | undefined {
  const named = text.trim() === '' ? policy.categories.find((one) => one.id === category) : matchCategory(policy, text);
  const file = named?.runbook === undefined ? undefined : runbooks?.get(named.runbook);
  const steps = file === undefined ? [] : stepsOf(file);
  return named && steps.length > 0 ? { name: named.name, steps } : undefined;
}

/** The items of a runbook's lists, in order; what stands below an item is left to the file. */
export function stepsOf(markdown: string): string[] {
  const steps: string[] = [];
  let fence = '';
  for (const line of markdown.split(/\r\n?|\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && fence === '') fence = mark;
    else if (mark && fence !== '' && mark.startsWith(fence)) fence = '';
    else if (fence === '') {
      const item = /^ ?(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/.exec(line)?.[1];
      if (item !== undefined) steps.push(item.trim());
    }
    if (steps.length === STEPS_MAX) break;
  }
  return steps;
}

/** The list that was posted last. */
export const lastRunbook = (own: readonly OwnComment[]): OwnComment | undefined =>
  own.findLast(({ key }) => key.is === 'reply' && key.runbook === true);

const BOX = /^- \[([ xX])\] /gm;

export const stepsIn = (body: string): number => body.match(BOX)?.length ?? 0;

/** The same list with its n-th box ticked, counted from 1. */
export function ticked(body: string, n: number): string {
  let i = 0;
  return body.replace(BOX, (box) => (++i === n ? '- [x] ' : box));
}
