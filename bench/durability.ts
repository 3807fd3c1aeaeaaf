/**
 * What a SQLite store loses of what it acknowledged: over ten `kill -9`, and over power cuts as test/store/power-cut.ts plays them; and, so that
 * the cuts are seen to cut, the same where commits are not made durable. `node bench/durability.ts [seed]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chanceOf } from '../src/sandbox/unkind.ts';
import { type Cuts, cutOften, faultsOf, recorderIn } from '../test/store/power-cut.ts';

const seed = Number(process.argv[2] ?? Date.now() % 1_000_000);
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'watchkeeper-durability-')));
const WRITER = join(import.meta.dirname, '../test/store/writer.ts');
const KILLS = 10;
const CUTS: Cuts = { rounds: 5, acknowledged: 1_000, cuts: 4, seed };

async function kills(): Promise<void> {
  const chance = chanceOf(seed);
  const file = join(folder, 'kills', 'desk.sqlite');
  const acknowledged = new Set<string>();
  const faults: string[] = [];
  let lost = 0;
  for (let round = 0; round < KILLS; round++) {
    const child = spawn(process.execPath, [WRITER, file, `r${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    await once(child.stdout, 'data');
    setTimeout(() => child.kill('SIGKILL'), 5 + chance.upTo(300));
    await once(child, 'close');
    // The last line may have been cut by the kill.
    for (const line of text.split('\n').slice(0, -1)) acknowledged.add(line);
    const found = await faultsOf(file, acknowledged);
    lost += found.lost;
    faults.push(...found.other);
  }
  told(`${KILLS} kill -9`, acknowledged.size, lost, faults);
}

async function cuts(recorder: string, what: string, how: Cuts): Promise<void> {
  const { acknowledged, cuts, losing, lost, other } = await cutOften(recorder, join(folder, what.replaceAll(' ', '-')), how);
  told(`${cuts} power cuts in ${how.rounds} lives, ${what}`, acknowledged, lost, other, losing > 0 ? ` in ${losing} of the cuts` : '');
}

function told(what: string, acknowledged: number, lost: number, faults: readonly string[], where = ''): void {
  const goal = what.includes('normal') ? 'it must lose some, or the cuts do not cut' : 'goal: 0';
  console.log(`durability  ${what}: ${acknowledged} wakes acknowledged, ${lost} lost${where}, ${faults.length} other faults (${goal})`);
  for (const fault of faults.slice(0, 5)) console.log(`            ${fault}`);
}

console.log(`durability  seed ${seed}`);
try {
  await kills();
  const recorder = recorderIn(folder);
  if (recorder === undefined) console.log('durability  power cuts are left out: there is no C compiler (`cc`) on this machine');
  else {
    await cuts(recorder, 'only what was made durable is left', CUTS);
    await cuts(recorder, 'any pages of what was not are left too', { ...CUTS, torn: true });
    await cuts(recorder, 'with synchronous=normal', { ...CUTS, rounds: 1, cuts: 10, synchronous: 'normal' });
  }
} finally {
  rmSync(folder, { recursive: true });
}
