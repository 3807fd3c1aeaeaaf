import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { REPO, type TestDesk } from '../support/desk.ts';
import { does, kept, opened, POLICY, TOLD, writes } from './lifecycle.ts';

let desk: TestDesk;
afterEach(() => desk.close());

/** At half of the eight hours, and at their end. */
const TWO_STEPS = POLICY.replace('escalation:\n', 'escalation:\n  - { clock: first_response, at: 50%, mention: [owners] }\n');

for (const [how, told] of TOLD)
  test(`a step that falls due while its repository is archived calls nobody, and one that is due after it was unarchived comes on time, where ${how}`, async () => {
    let n: number;
    ({ desk, n } = await opened({ policy: TWO_STEPS, validate: false }));
    const openedAt = Date.parse(desk.commentsOf(n)[0]!.at) / 1000;
    const hours = (h: number) => desk.at(instant(openedAt + h * 3_600));
    await hours(3);
    const written = writes(desk);
    await does(desk, told, ({ act }) => act.archive(REPO, true, 'carol'));
    await hours(5);
    // Without a word from GitHub, what is due is refused, remembered and not tried again.
    expect(written().filter((one) => !one.endsWith('403'))).toEqual([]);
    expect(written().length).toBeLessThanOrEqual(told ? 0 : 4);
    expect((await kept(desk)).tickets).toEqual([]);
    await does(desk, true, ({ act }) => act.archive(REPO, false, 'carol'));
    await desk.forward('10m');
    expect((await kept(desk)).tickets).toEqual([n]);
    expect(desk.pagesOf(n)).toEqual([]);
    await hours(8);
    await desk.forward('1m');
    expect(desk.ownOf(n, 'step').map((page) => Date.parse(page.at) / 1000 - openedAt)).toEqual([expect.closeTo(8 * 3_600, -1.5)]);
    expect(desk.ownOf(n, 'status')).toHaveLength(1);
    expect(desk.labelsOf(n)).toContain('escalated');
    await desk.forward('30h');
    expect(desk.pagesOf(n)).toHaveLength(1);
  });
