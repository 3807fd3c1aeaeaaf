import { describe, expect, test } from 'vitest';
import { RECORD_CHARS_MAX, statusLine } from '../../src/desk/record.ts';
import { authored } from '../../src/words/escape.ts';
import { actor, local, OFFICE, policiesFrom } from '../support/ledger.ts';
import { opens, Watch } from '../support/told.ts';

const policies = policiesFrom(OFFICE);
const GITHUB_CHARS_MAX = 65_536;
const minute = (n: number) => `mon ${String(11 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;

describe('what strangers say leaves no trace', () => {
  const wall = (n: number) => Array.from({ length: 20 }, (_, i) => `/hold c-${n}-${i} ${'x'.repeat(30)}`).join('\n');

  test.each(['/duplicate #3', '/close', '/take'])('a wall of refused commands does not unsay %s', (said) => {
    const watch = new Watch(opens('mon 10:00', 'P2').says('mon 10:30', 'mark', said), policies);
    // Only the look that sees a command first asks what it names.
    watch.story.more = { issues: new Set([3]) };
    const { is } = watch.look('mon 10:31').ticket.marker;
    watch.story.more = {};
    for (let n = 0; n < 12; n++) watch.story.says(minute(n), 'olga', wall(n));
    for (let n = 0; n < 3; n++) expect(watch.look(minute(20 + n)).ticket.marker.is).toBe(is);
    expect(is).toBe(said === '/take' ? 'progress' : 'resolved');
  });
});

describe('a record never outgrows its comment', () => {
  test('labels by hand, hundreds of them', () => {
    const watch = new Watch(opens('mon 10:00', 'P2'), policies);
    for (let n = 0; n < 240; n++) watch.story[n % 2 ? 'unlabelled' : 'labelled'](minute(n), 'mark', 'waiting for reporter');
    const { want } = watch.look('mon 17:00');
    expect(statusLine(want.status!.record).line.length).toBeLessThanOrEqual(RECORD_CHARS_MAX);
  });

  test('once shortened it stays as it is: twice does nothing', () => {
    const watch = new Watch(opens('mon 10:00', 'P2'), policies);
    const many = Array.from({ length: 260 }, (_, n) => `first_response/opened/step-${n}`);
    for (const key of many) watch.posted.add(key);
    const first = watch.look('mon 11:00').want.status!.body;
    expect(watch.look('mon 11:01').want.status!.body).toBe(watch.look('mon 11:02').want.status!.body);
    expect(first.length).toBeLessThan(GITHUB_CHARS_MAX);
  });
});

describe('/escalate', () => {
  const loud = `/escalate k ${'|@'.repeat(1_400)}`;

  test('twenty in one comment are one, and the page fits', () => {
    const watch = new Watch(opens('mon 10:00', 'P2').says('mon 11:00', 'mark', Array(20).fill(loud).join('\n')), policies);
    const { want } = watch.look('mon 11:00');
    expect(want.page?.steps.filter((key) => key.startsWith('escalate/'))).toHaveLength(1);
    expect(want.page!.body.length).toBeLessThan(GITHUB_CHARS_MAX);
  });

  test('of many comments a few at once, and ten a day of one account', () => {
    const watch = new Watch(opens('mon 10:00', 'P2'), policies);
    for (let n = 0; n < 30; n++) watch.story.says(minute(n), 'mark', loud);
    const asked = () => [...watch.posted].filter((key) => key.startsWith('escalate/')).length;
    const counts: number[] = [];
    for (let n = 0; n < 4; n++) {
      const { page } = watch.look(minute(40 + n)).want;
      expect(page?.body.length ?? 0).toBeLessThan(GITHUB_CHARS_MAX);
      counts.push(asked());
    }
    expect(counts).toEqual([5, 10, 10, 10]);
  });

  test('what an edit adds is asked for too', () => {
    const watch = new Watch(opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/escalate one'), policies);
    watch.look('mon 11:00');
    const said = watch.story.facts.at(-1)!;
    if (said.kind !== 'said') throw new Error('not a comment');
    watch.story.facts[watch.story.facts.length - 1] = {
      ...said,
      commands: [...said.commands, { name: 'escalate', text: 'two', at: local('mon 12:00') }],
    };
    expect(watch.look('mon 12:00').want.page?.body).toContain('two');
  });

  test('what was closed before it could be posted is not posted when it is reopened', () => {
    const watch = new Watch(opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/escalate it burns\n/close'), policies);
    expect(watch.look('mon 11:00').want.page).toBeUndefined();
    watch.story.says('tue 11:00', 'rita', '/still-broken');
    expect(watch.look('tue 11:01').want.page?.body ?? '').not.toContain('it burns');
  });
});

test('a reply to a wall of hand-overs fits into a comment', () => {
  const wall = Array(20)
    .fill(`/handoff @sara ${'<|@'.repeat(800)}`)
    .join('\n');
  const watch = new Watch(opens('mon 10:00', 'P2').says('mon 11:00', 'mark', wall), policies);
  watch.story.more = { named: new Map([['sara', { actor: actor('sara'), responder: true, assignable: true }]]) };
  for (const { body } of watch.look('mon 11:00').want.replies) expect(body.length).toBeLessThan(GITHUB_CHARS_MAX);
});

test('opening and closing a thousand times costs one look little', () => {
  const watch = new Watch(opens('mon 10:00', 'P2'), policies);
  const wall = Array(10).fill('/confirm\n/still-broken').join('\n');
  for (let n = 0; n < 400; n++) watch.story.says(minute(n), 'rita', wall);
  const { ticket } = watch.look('mon 18:00');
  expect(ticket.cycles.length).toBeLessThanOrEqual(401);
});

test.each(['_@alice_', '__@acme/support__', '.@alice', '-@alice', '%@alice', '(@alice)', '@alice', '_#12_', 'acme/desk#12', '#12'])(
  'what a file says calls nobody and refers to nothing: %s',
  (text) => {
    expect(authored(text, '')).not.toMatch(/@\w|#\d/);
  },
);

test('an address in a file can be copied', () => {
  expect(authored('write to <support@trkv-web.app>, or see https://example.org/a', '')).toContain('support@trkv-web.app');
});
