import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');
/** Of the program or of the browser, whose first start reads it all from the disk. */
const START_MS = 120_000;
/** Turning a day means dozens of looks on a machine that may be busy. */
const SLOW_MS = 120_000;
/** Several such waits, one after the other. */
export const TEST_MS = 400_000;

export type Program = { readonly url: string; readonly stop: () => Promise<void>; readonly stderr: () => string };

/** What `npm start` runs, on a free port. Resolves with the address that it prints. */
export async function startProgram(dataDir: string): Promise<Program> {
  const { APP_ID: _a, PRIVATE_KEY: _b, PRIVATE_KEY_PATH: _c, WEBHOOK_SECRET: _d, ...env } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], {
    // A folder without `.env`: a registered App would be served instead of the sandbox.
    cwd: dataDir,
    env: { ...env, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += String(chunk);
  });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`no address within ${START_MS} ms\n${out}\n${err}`));
    }, START_MS);
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}\n${out}\n${err}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      out += String(chunk);
      const found = /http:\/\/\S+/.exec(out)?.[0];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
  return { url, stop: () => stopped(child), stderr: () => err };
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Debian's Chromium, or the one of `CHROMIUM_PATH`. Without one this fails: a test that is skipped shows nothing. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executablePath))
    throw new Error(`There is no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH.`);
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, headless: true, timeout: START_MS, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}

/** What a visitor does, in his words. */
export class Visitor {
  readonly page: Page;
  /** What the browser complained about; empty when all is well. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(SLOW_MS);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL(page.url() === 'about:blank' ? request.url() : page.url()).origin))
        this.complaints.push(`asked ${request.url()}`);
    });
  }

  static async arrive(context: BrowserContext, url: string): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage());
    await visitor.page.goto(url);
    await visitor.page.getByTestId('repository').getByText('desk').waitFor();
    return visitor;
  }

  /** The page is quiet again. */
  async settled(): Promise<void> {
    await this.page.locator('body:not(.busy)').waitFor();
  }

  async actAs(name: string): Promise<void> {
    await this.page
      .getByTestId('people')
      .getByRole('radio', { name: new RegExp(`^${name}\\b`) })
      .check({ force: true });
    await this.settled();
  }

  async open(tab: 'issues' | 'new' | 'policy' | 'notifications' | 'requests'): Promise<void> {
    await this.page.getByTestId(`tab-${tab}`).click();
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
    await this.settled();
  }

  async turn(what: '+15 min' | '+1 h' | '+1 day'): Promise<void> {
    await this.press(`Turn the clock: ${what}`);
  }

  async says(text: string): Promise<void> {
    await this.page.getByTestId('comment-text').fill(text);
    await this.press('Comment');
    await this.page.locator('[data-testid="comment-text"]:placeholder-shown').waitFor();
  }

  labels(): Promise<string[]> {
    return this.page
      .getByTestId('labels')
      .getByTestId('label')
      .evaluateAll((all) => all.map((one) => one.firstChild?.textContent ?? ''));
  }

  /** The comments that the desk wrote, as they read. */
  desk() {
    return this.page.locator('[data-testid="comment"][data-author="watchkeeper[bot]"]');
  }

  async fileP1(title: string, description: string): Promise<void> {
    const { page } = this;
    await this.open('new');
    await page.getByRole('link', { name: 'Get started: Something is broken' }).click();
    await page.getByRole('textbox', { name: /^Title/ }).fill(title);
    await page.getByRole('combobox', { name: /^Priority/ }).selectOption({ index: 1 });
    await page.getByRole('textbox', { name: /^What happened/ }).fill(description);
    await this.press('Submit new issue');
    await page.getByTestId('title').waitFor();
  }
}
