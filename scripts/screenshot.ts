/** Makes docs/images/sandbox.png: a P1 past its first promise, as the sandbox shows it. Needs Chromium, as the browser test does. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { launch, startProgram, Visitor } from '../test/browser/driver.ts';

const IMAGE = join(import.meta.dirname, '..', 'docs', 'images', 'sandbox.png');
/** The README is read on slow lines too. */
const BYTES_MAX = 300_000;

const dataDir = mkdtempSync(join(tmpdir(), 'watchkeeper-screenshot-'));
const browser = await launch();
const program = await startProgram(dataDir);
try {
  const context = await browser.newContext({ viewport: { width: 1360, height: 1000 }, colorScheme: 'light' });
  const visitor = await Visitor.arrive(context, program.url);
  await visitor.fileP1('Nobody can pay: the checkout answers with error 500', 'Since 09:20 every order ends with **error 500**.');
  await visitor.turn('+1 h');
  await visitor.actAs('Mark');
  await visitor.says('/take');
  await visitor.actAs('Rita');
  await visitor.page.getByText('Rita can tell the desk').waitFor();
  await visitor.page.evaluate(`(() => {
    const desk = document.querySelector('.comment.desk').closest('li');
    scrollTo(0, desk.previousElementSibling.getBoundingClientRect().top + scrollY - 120);
    document.activeElement.blur();
  })()`);
  mkdirSync(dirname(IMAGE), { recursive: true });
  await visitor.page.screenshot({ path: IMAGE });
} finally {
  await browser.close();
  await program.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
const { size } = statSync(IMAGE);
if (size > BYTES_MAX) throw new Error(`${IMAGE} has ${size} bytes, more than ${BYTES_MAX}`);
process.stdout.write(`${IMAGE} (${size} bytes)\n`);
