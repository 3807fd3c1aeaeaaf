import { expect, test } from 'vitest';
import { loadHolidays } from '../../src/calendar/load-holidays.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { presetText } from '../../src/presets.ts';
import { pageOf, pagesIn, present, presetReadmes } from './pages.ts';

const COMPLETE = /^# \.github\/support\.yml\s*$/;
const pages = [...pagesIn('docs'), ...present('README.md'), ...presetReadmes()];
const examples = pages.flatMap((page) =>
  pageOf(page)
    .fences.filter((fence) => /^ya?ml$/.test(fence.info) && COMPLETE.test(fence.text.split('\n', 1)[0]!))
    .map((fence) => ({ place: `${page}:${fence.line}`, text: fence.text })),
);

test('the reference has examples', () => {
  expect(examples.filter((one) => one.place.startsWith('docs/policy.md')).length).toBeGreaterThanOrEqual(5);
});

test.each(examples)('the complete file at $place reads without problems', async ({ text }) => {
  const country = { kind: 'hours', id: '', timezone: 'UTC', hours: {}, country: 'RO', add: {}, remove: [] } as const;
  const read = readPolicy(text, presetText, { holidays: await loadHolidays([country]) });
  expect('problems' in read ? read.problems : []).toEqual([]);
});

test.each(examples.filter((one) => one.place.startsWith('docs/policy.md')))(
  'the complete file at $place asks for nothing more than its preset that is not in force',
  ({ text }) => {
    const [read, preset] = [text, '{}'].map((one) => readPolicy(one, presetText));
    const names = (one: typeof read) => (one && 'policy' in one ? one.notInForce : []);
    expect(names(read).filter((name) => !names(preset).includes(name))).toEqual([]);
  },
);
