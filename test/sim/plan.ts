import type { Chance, Unkind } from '../../src/sandbox/unkind.ts';
import type { SimPolicy } from './script.ts';

/** What a seed wants to happen, in seconds from the beginning: GitHub may refuse some of it, and dates the rest. Tickets count from 0. */
export type PlannedAct = { readonly at: number; readonly ticket: number; readonly by: string } & (
  | { readonly kind: 'open'; readonly priority?: string }
  | { readonly kind: 'say'; readonly body: string }
  /** The comment at this place of those that people wrote on the ticket, from 0 to 1. */
  | { readonly kind: 'delete' | 'hide'; readonly place: number }
  | { readonly kind: 'label' | 'unlabel'; readonly label: string }
  | { readonly kind: 'assign' | 'unassign'; readonly who: string }
  | { readonly kind: 'close'; readonly as: 'completed' | 'not_planned' | 'duplicate' }
  | { readonly kind: 'reopen' | 'merge' }
  /** Deleted or moved elsewhere: no ticket any more, and no part of the script. */
  | { readonly kind: 'gone'; readonly how: 'deleted' | 'moved' }
);

/** `calls`: dies at that call of GitHub or the store after the next thing that happens; absent: between two turns. */
export type Kill = { readonly at: number; readonly calls?: number; readonly downS: number };

/** Until when GitHub answers how. */
export type Bad = { readonly from: number; readonly to: number; readonly answers: NonNullable<Unkind['answers']> };

export type Plan = {
  readonly seed: number;
  readonly days: number;
  readonly start: string;
  readonly sweepS: number;
  /** The first from 0 on. */
  readonly policies: readonly { readonly at: number; readonly policy: SimPolicy }[];
  readonly acts: readonly PlannedAct[];
  readonly kills: readonly Kill[];
  readonly bad: readonly Bad[];
  readonly unkind: Unkind;
};

export const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 86_400;

export const pickOf = <T>(chance: Chance, list: readonly T[]): T => list[chance.upTo(list.length - 1)]!;

/** One of the names, as often as its weight says. */
export function weighted<K extends string>(chance: Chance, weights: Readonly<Record<K, number>>): K {
  const all = Object.entries(weights) as [K, number][];
  let at = chance.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of all) {
    at -= weight;
    if (at < 0) return name;
  }
  return all[0]![0];
}

/** Each with its own probability. */
export const some = <T>(chance: Chance, p: number, list: readonly T[]): T[] => list.filter(() => chance.hits(p));

export const RESPONDERS = ['mark', 'petra', 'sara'] as const;
export const REPORTERS = ['rita', 'nora'] as const;
export const BYSTANDER = 'olga';
export const BOT = 'helper-bot';
