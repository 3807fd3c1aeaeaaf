import { describe, expect, test } from 'vitest';
import { fold, matchCategory, matchPlan, matchPriority, matchProduct } from '../../src/policy/match.ts';
import { effortMs } from '../support/effort.ts';
import { policyOf } from './marked.ts';

const policy = policyOf(`
priorities:
  - { id: P1, name: Krytyczny, label: "priorytet: krytyczny", aliases: ["P1 – Critical", "Сбой ещё идёт", "Foarte urgență", ⭕️] }
  - { id: P2, name: Wysoki }
  - { id: very-high, name: Top }
products:
  - { id: court, name: Court }
  - { id: court-v2, name: Court 2 }
categories: [{ id: login, name: Login and registration }]
plans: [{ id: premium, name: Premium, aliases: [Gold] }]
`);

describe('an answer means a priority', () => {
  for (const [claim, answer, want] of [
    ['by id', 'P1', 'P1'],
    ['by id without case', 'p1', 'P1'],
    ['by name', 'Krytyczny', 'P1'],
    ['by label', 'Priorytet: krytyczny', 'P1'],
    ['by alias with another dash', 'P1 - critical', 'P1'],
    ['by alias with no space around the dash', 'P1—Critical', 'P1'],
    ['by alias with a no-break space', 'P1\u00a0–\u00a0Critical', 'P1'],
    ['by a Russian alias without ё, in capitals', 'СБОЙ ЕЩЕ ИДЕТ', 'P1'],
    ['by a Romanian alias with cedilla', 'foarte urgenţă', 'P1'],
    ['by a decomposed alias', 'Foarte urgență'.normalize('NFD'), 'P1'],
    ['by an emoji without its selector', '⭕', 'P1'],
    ['by its first word', 'P2: the shop is down', 'P2'],
    ['by its first word in brackets', '[P2] the shop is down', 'P2'],
    ['by its first word before a dash without spaces', 'P2–the shop', 'P2'],
    ['by its first word among several', 'P2, P1', 'P2'],
    ['by its first word with a hyphen in it', 'very-high (shop)', 'very-high'],
    ['not by its second word', 'the P1', undefined],
    ['not by the beginning of a word', 'P22', undefined],
    ['not by half a name', 'Krytyczny błąd', undefined],
    ['not when it is blank', '  \n ', undefined],
    ['not when it is a dash', '—', undefined],
    ['not by a name of JavaScript', '__proto__', undefined],
  ] as const)
    test(claim, () => expect(matchPriority(policy, answer)?.id).toBe(want));
});

test('products, categories and plans are matched alike', () => {
  expect(matchProduct(policy, 'court v2')?.id).toBe('court-v2');
  expect(matchProduct(policy, 'Court')?.id).toBe('court');
  expect(matchProduct(policy, 'court-v3')).toBeUndefined();
  expect(matchCategory(policy, 'login and  registration')?.id).toBe('login');
  expect(matchPlan(policy, 'GOLD')?.id).toBe('premium');
});

test('a very long answer is matched by its beginning at most, and fast', () => {
  const start = effortMs();
  expect(matchPriority(policy, `P1 ${'-'.repeat(1_000_000)}`)?.id).toBe('P1');
  expect(effortMs() - start).toBeLessThan(500);
});

test('fold keeps what makes words different', () => {
  expect(fold('Ł')).toBe('ł');
  expect(fold('Ł')).not.toBe(fold('L'));
  expect(fold('Й')).not.toBe(fold('И'));
  expect(fold('ș')).not.toBe(fold('s'));
  expect(fold(' A–B_c ')).toBe('a b c');
});
