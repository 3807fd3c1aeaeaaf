import { parseDuration, UNIT_SECONDS } from '../calendar/duration.ts';
import { parseHandoff } from './notation.ts';
import { type Problems, quote } from './problems.ts';
import { mustBe } from './shape.ts';
import { itemsOf, type Path, pathOf, type Tree, textOf, valueAt } from './tree.ts';

/** Nobody is relieved after minutes: `1m` is a month that went wrong. */
const TURN_SECONDS_MIN = 3_600;

/** What `handoff` must be, by rotation. */
const HANDOFFS = {
  daily: 'a time such as "10:00"',
  weekly: 'a weekday and a time such as "mon 10:00", because the rotation is weekly',
  monthly: 'a day from 1 to 28 and a time such as "1 10:00", because the rotation is monthly',
  every: 'a time such as "10:00"',
};

/** Rotas whose parts do not fit together. */
export function checkRotas(root: Tree, problems: Problems): void {
  for (const [index, rota] of itemsOf(valueAt(root, ['on_call'])).entries()) {
    checkTurns(root, rota, ['on_call', index], problems);
    for (const [i, override] of itemsOf(valueAt(rota, ['overrides'])).entries()) {
      const [from, to] = [textOf(valueAt(override, ['from'])), textOf(valueAt(override, ['to']))];
      if (from === undefined || to === undefined || from.length !== to.length || from < to) continue;
      refuse(root, ['on_call', index, 'overrides', i, 'to'], `later than "from", which is ${quote(from)}`, problems);
    }
  }
}

function checkTurns(root: Tree, rota: Tree, path: Path, problems: Problems): void {
  const every = textOf(valueAt(rota, ['rotation', 'every']));
  const seconds = parseDuration(every ?? '')?.reduce((sum, { n, unit }) => sum + n * UNIT_SECONDS[unit], 0);
  if (seconds !== undefined && seconds < TURN_SECONDS_MIN)
    refuse(root, [...path, 'rotation', 'every'], 'at least 1h (m is minutes; for months write rotation: monthly)', problems);
  const kind = every === undefined ? textOf(valueAt(rota, ['rotation'])) : 'every';
  const handoff = textOf(valueAt(rota, ['handoff']));
  // An unknown rotation has its own problem: which hand-off it needs is not known either.
  if (handoff === undefined || !isKind(kind) || parseHandoff(handoff, kind)) return;
  refuse(root, [...path, 'handoff'], HANDOFFS[kind], problems);
}

const isKind = (word: string | undefined): word is keyof typeof HANDOFFS => word !== undefined && Object.hasOwn(HANDOFFS, word);

const refuse = (root: Tree, path: Path, allowed: string, problems: Problems): void =>
  problems.add(valueAt(root, path)!.spot, pathOf(path), mustBe(root, path, allowed));
