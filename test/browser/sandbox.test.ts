import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { launch, type Program, startProgram, TEST_MS, Visitor } from './driver.ts';

vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });

/** What a newcomer does, in this order: each test goes on where the one before stopped. */
const dataDir = mkdtempSync(join(tmpdir(), 'watchkeeper-browser-'));
let program: Program;
let browser: Browser;
const here: Visitor[] = [];

beforeAll(async () => {
  // The browser first: without one no program is left running.
  browser = await launch();
  program = await startProgram(dataDir);
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
/** Whatever a test was about: the browser had nothing to complain of, and nothing was asked from outside. */
afterEach(async () => {
  const complaints = here.flatMap((one) => one.complaints);
  for (const one of here.splice(0)) await one.page.context().close();
  expect(complaints).toEqual([]);
});

async function visit(options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 950 }, ...options });
  const visitor = await Visitor.arrive(context, program.url);
  here.push(visitor);
  return visitor;
}

const timeOf = async (visitor: Visitor) => (await visitor.page.getByTestId('clock').innerText()).slice(-5);
const mentions = (visitor: Visitor) => visitor.desk().locator('.mention');

test('a P1 filed by form is labelled, and its status comment says when it is due', async () => {
  const visitor = await visit();
  expect(await visitor.page.getByText('File a P1 as Rita, then turn the clock').isVisible()).toBe(true);
  expect(await timeOf(visitor)).toBe('09:30');
  await visitor.fileP1('Nobody can pay', 'Every order ends with **error 500**.');
  expect(await visitor.labels()).toEqual(expect.arrayContaining(['🔴 received', 'P1: critical']));
  expect(await visitor.desk().count()).toBe(1);
  const status = visitor.desk().first();
  // An hour of office time from 09:30, as the standard preset promises.
  expect(await status.getByRole('row', { name: /First response/ }).innerText()).toMatch(/12 Jan 2026, 10:30/);
  expect(await status.innerText()).not.toContain('watchkeeper {');
  await status.getByRole('button', { name: 'Show source' }).click();
  expect(await status.getByTestId('source').innerText()).toContain('<!-- watchkeeper ');
});

test('past the breach the owner is called exactly once for it', async () => {
  const visitor = await visit();
  await visitor.page.getByRole('link', { name: 'Nobody can pay' }).click();
  await visitor.page.getByTestId('title').waitFor();
  expect(await mentions(visitor).count()).toBe(0);
  for (const [time, called] of [
    ['09:45', 0],
    ['10:00', 0],
    // Three quarters of the hour have passed.
    ['10:15', 1],
    // The breach.
    ['10:30', 2],
    ['10:45', 2],
    ['11:00', 2],
  ] as const) {
    await visitor.turn('+15 min');
    expect(await timeOf(visitor)).toBe(time);
    expect(await mentions(visitor).count(), time).toBe(called);
  }
  expect(await mentions(visitor).allInnerTexts()).toEqual(['@petra', '@petra']);
  expect(await visitor.labels()).toContain('escalated');
  await visitor.open('notifications');
  await visitor.page.getByTestId('call').nth(1).waitFor();
  expect(await visitor.page.getByTestId('call').count()).toBe(2);
  expect(await visitor.page.getByTestId('call').first().innerText()).toMatch(/10:30 · a message to Petra/);
  await visitor.open('requests');
  await visitor.page.getByRole('row').nth(1).waitFor();
  expect(await visitor.page.getByRole('row', { name: /POST .*\/repos\/acme\/desk\/issues\/1\/comments 201/ }).count()).toBe(3);
});

test('/fixed by a maintainer and /confirm by the reporter end at 🟢', async () => {
  const visitor = await visit();
  await visitor.page.getByRole('link', { name: 'Nobody can pay' }).click();
  await visitor.actAs('Mark');
  await visitor.says('A full disk. It is empty again.\n\n/fixed');
  expect(await visitor.labels()).toContain('🟡 awaiting confirmation');
  await visitor.actAs('Rita');
  await visitor.press(/^Write \/confirm/);
  expect(await visitor.page.getByTestId('comment-text').inputValue()).toBe('/confirm');
  await visitor.press('Comment');
  await visitor.page.getByTestId('labels').getByText('🟢 resolved').waitFor();
  expect(await visitor.labels()).not.toContain('🟡 awaiting confirmation');
  expect(await visitor.page.getByTestId('state').first().innerText()).toBe('Closed as completed');
  expect(await visitor.desk().first().innerText()).toContain('🟢');
});

test('a fix that is merged closes the issue and waits for the reporter', async () => {
  const visitor = await visit();
  await visitor.fileP1('The lift is stuck', 'Between two floors.');
  await visitor.actAs('Sara');
  await visitor.press('Open a fix as Sara');
  await visitor.page.getByTestId('labels').getByText('⭕️ in progress').waitFor();
  await visitor.press('Merge this fix');
  await visitor.page.getByTestId('labels').getByText('🟡 awaiting confirmation').waitFor();
  expect(await visitor.page.getByTestId('fixes').innerText()).toContain('merged');
});

test('a comment that tries to run does not', async () => {
  const visitor = await visit();
  await visitor.page.getByRole('button', { name: /^Closed/ }).click();
  await visitor.page.getByRole('link', { name: 'The lift is stuck' }).click();
  await visitor.says(
    '<img src=x onerror="window.ran=1"> <script>window.ran=1</script> [x](javascript:window.ran=1) <details open ontoggle="window.ran=1">y</details>\n\n| a |\n|:-:|\n| <style>*{display:none}</style> |',
  );
  const last = visitor.page.getByTestId('comment').filter({ hasText: 'window.ran' });
  expect(await last.locator('img, script, style, [onerror], [ontoggle], a[href^="javascript"]').count()).toBe(0);
  expect(await visitor.page.evaluate('window.ran')).toBeUndefined();
});

test('a bad policy shows line and column, and its commit a failed check', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.open('policy');
  await page
    .getByTestId('verdict')
    .getByText(/^Valid/)
    .waitFor();
  expect(await page.getByRole('button', { name: 'Commit' }).isDisabled()).toBe(true);
  await visitor.actAs('Mark');
  const text = page.getByTestId('policy-text');
  const good = await text.inputValue();
  await text.fill(`${good}timezone: Europe/Bucharest\ncalender: {}\n`);
  const line = good.split('\n').length + 1;
  const problem = page.getByTestId('problem').first();
  await problem.getByRole('button', { name: `line ${line}, column 1` }).click();
  expect(await page.evaluate('getSelection().toString()')).toContain('calender');
  await visitor.press('Commit');
  const failed = page.getByTestId('commit').first().getByTestId('check-run');
  await failed.waitFor();
  expect(await failed.getAttribute('data-conclusion')).toBe('failure');
  expect(await failed.getByTestId('annotation').innerText()).toMatch(
    new RegExp(`\\.github/support\\.yml, line ${line}, column 1[^]*calender: \\{\\}`),
  );
  // The last good one stays in force: times are still in its zone.
  expect(await page.getByTestId('utc').innerText()).not.toContain('Bucharest');
  await text.fill(`${good}timezone: Europe/Bucharest\n`);
  await page
    .getByTestId('verdict')
    .getByText(/^Valid/)
    .waitFor();
  await visitor.press('Commit');
  const passed = page.getByTestId('commit').first().getByTestId('check-run');
  await passed.waitFor();
  expect(await passed.getAttribute('data-conclusion')).toBe('success');
  expect(await page.getByTestId('utc').innerText()).toContain('Europe/Bucharest');
});

test('the clock runs by itself until it is stopped', async () => {
  const visitor = await visit();
  const before = await visitor.page.getByTestId('utc').innerText();
  await visitor.press('Let it run');
  await visitor.page.getByTestId('utc').filter({ hasNotText: before }).waitFor();
  await visitor.press('Stop');
  const stopped = await visitor.page.getByTestId('utc').innerText();
  await visitor.page.waitForTimeout(1_500);
  expect(await visitor.page.getByTestId('utc').innerText()).toBe(stopped);
});

test('everything is still there after a restart', async () => {
  const before = await visit();
  const clock = await before.page.getByTestId('utc').innerText();
  await before.page.context().close();
  here.pop();
  await program.stop();
  program = await startProgram(dataDir);
  const visitor = await visit();
  expect(await visitor.page.getByTestId('utc').innerText()).toBe(clock);
  await visitor.page.getByRole('button', { name: /^Closed/ }).click();
  await visitor.page.getByRole('link', { name: 'Nobody can pay' }).click();
  await visitor.page.getByTestId('title').waitFor();
  expect(await visitor.labels()).toEqual(expect.arrayContaining(['🟢 resolved', 'P1: critical']));
  expect(await mentions(visitor).count()).toBe(2);
  // And the desk goes on working.
  await visitor.fileP1('After the restart', 'Again.');
  expect(await visitor.labels()).toContain('🔴 received');
});

test('at 400 px nothing has to be scrolled sideways', async () => {
  const visitor = await visit({ viewport: { width: 400, height: 800 }, hasTouch: true });
  const { page } = visitor;
  await visitor.fileP1('A title with a verylongwordthatdoesnotendandgoesonandonandonuntilitisoveratlast', `See ${'x'.repeat(200)}`);
  await visitor.says(
    '| a wide | table | with | many | columns | of | words |\n|-|-|-|-|-|-|-|\n| aaaaaaaaaaaa | bbbbbbbbbbbb | cccccccccccc | dddddddddddd | eeee | ffff | gggg |\n\n    code that goes on and on and on and on and on and on and on and on',
  );
  const number = page.url().split('/').at(-1);
  for (const hash of [`#/issues/${number}`, '#/issues', '#/new', '#/new/bug.yml', '#/policy', '#/notifications', '#/requests']) {
    await page.goto(`${program.url}/${hash}`);
    await page.locator('#view h1').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth'), hash).toBeLessThanOrEqual(400);
  }
});

test('without a mouse one chooses who to be, skips to the repository and files a form that was left incomplete', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#main:focus').waitFor();
  await page.getByTestId('people').getByRole('radio', { name: /^Rita/ }).focus();
  await page.keyboard.press('ArrowDown');
  await visitor.settled();
  expect(await page.getByTestId('people').getByRole('radio', { name: /^Mark/ }).isChecked()).toBe(true);
  await page.goto(`${program.url}/#/new/bug.yml`);
  await page.getByRole('textbox', { name: /^Title/ }).fill('Half');
  await page.keyboard.press('Enter');
  await page.getByText('This needs an answer.').waitFor();
  const wrong = page.getByRole('textbox', { name: /^What happened/ });
  expect(await wrong.getAttribute('aria-invalid')).toBe('true');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  expect(await page.getByRole('textbox', { name: /^Title/ }).inputValue()).toBe('Half');
});

test('starting afresh empties the repository and brings the forms of the chosen preset', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.getByText('Start afresh').first().click();
  await page.getByTestId('preset').selectOption('transport@1');
  await page.getByTestId('afresh').click();
  await page.getByTestId('afresh').click();
  await page.getByText('Nothing was filed yet.').waitFor();
  await visitor.settled();
  await page.getByTestId('utc').filter({ hasText: 'Europe/Bucharest' }).waitFor();
  await visitor.open('new');
  await page.getByRole('link', { name: 'Get started: Solicitare de suport' }).waitFor();
});
