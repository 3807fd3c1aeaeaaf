import { readFileSync, statSync } from 'node:fs';
import type { PolicyFile, Problem } from '../policy/types.ts';
import { presetText } from '../presets.ts';
import { judgePolicy } from '../watch/policies.ts';
import { checkRunOf } from '../words/check.ts';
import type { Say } from './cli.ts';

export type CheckOptions = { readonly file: string; readonly owner?: string; readonly json?: boolean };

/** Far above what a policy may hold; a file beyond is somebody's mistake and is not read. */
const FILE_BYTES_MAX = 4_000_000;

/** Judges a file as the desk would: what it promises, or every problem as `file:line:column message`. Answers 0 for a good one. */
export async function check(options: CheckOptions, say: Say): Promise<number> {
  const own = readText(options.file);
  const owner = options.owner === undefined ? undefined : readText(options.owner);
  for (const read of [own, owner]) {
    if (read && 'problem' in read) {
      say.err(read.problem);
      return 1;
    }
  }
  const judged = await judgePolicy((own as Text).text, (owner as Text | undefined)?.text, presetText);
  const problems = judged.good ? [] : judged.problems;
  const promise = judged.good ? checkRunOf({ ...judged.read, good: true }).summary : undefined;
  const names: Readonly<Record<PolicyFile, string>> = { own: options.file, owner: options.owner ?? 'owner', preset: 'preset' };
  const at = (one: Problem) => names[one.file];
  if (options.json) {
    say.out(JSON.stringify({ good: judged.good, promise, problems: problems.map((one) => ({ ...one, file: at(one) })) }, null, 2));
  } else if (promise !== undefined) say.out(promise);
  else for (const one of problems) say.out(`${at(one)}:${one.line}:${one.column} ${one.message}`);
  return judged.good ? 0 : 1;
}

type Text = { readonly text: string };

function readText(path: string): Text | { readonly problem: string } {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { problem: `${path} is no file.` };
    if (stat.size > FILE_BYTES_MAX) return { problem: `${path} has ${stat.size} bytes; no support.yml is that long.` };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).` };
  }
}
