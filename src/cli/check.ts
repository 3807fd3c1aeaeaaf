import type { PolicyFile, Problem } from '../policy/types.ts';
import { presetText } from '../presets.ts';
import { type Judged, judgePolicy } from '../watch/policies.ts';
import { checkRunOf } from '../words/check.ts';
import type { Say } from './cli.ts';
import { readText } from './files.ts';

export type CheckOptions = { readonly file: string; readonly owner?: string; readonly json?: boolean };

/** Far above what a policy may hold; a file beyond is somebody's mistake and is not read. */
const FILE_BYTES_MAX = 4_000_000;

/** Judges a file as the desk would: what it promises, or every problem as `file:line:column message`. Answers 0 for a good one. */
export async function check(options: CheckOptions, say: Say): Promise<number> {
  const judged = await judgeFiles(options);
  if ('unread' in judged) {
    say.err(judged.unread);
    return 1;
  }
  const problems = judged.good ? [] : judged.problems;
  const promise = judged.good ? checkRunOf({ ...judged.read, good: true }).summary : undefined;
  if (options.json) {
    const listed = problems.map((one) => ({ ...one, file: nameIn(options, one) }));
    say.out(JSON.stringify({ good: judged.good, promise, problems: listed }, null, 2));
  } else if (promise !== undefined) say.out(promise);
  else for (const line of problemLines(options, problems)) say.out(line);
  return judged.good ? 0 : 1;
}

type Files = Pick<CheckOptions, 'file' | 'owner'>;

/** The policy of these files; `unread`: why one of them cannot be read. */
export async function judgeFiles({ file, owner }: Files): Promise<Judged | { readonly unread: string }> {
  const texts: string[] = [];
  for (const path of owner === undefined ? [file] : [file, owner]) {
    const read = readText(path, FILE_BYTES_MAX, 'no support.yml is that long');
    if ('problem' in read) return { unread: read.problem };
    texts.push(read.text);
  }
  return judgePolicy(texts[0]!, texts[1], presetText);
}

/** `file:line:column message`, one a problem. */
export const problemLines = (files: Files, problems: readonly Problem[]): string[] =>
  problems.map((one) => `${nameIn(files, one)}:${one.line}:${one.column} ${one.message}`);

function nameIn({ file, owner }: Files, problem: Problem): string {
  const names: Readonly<Record<PolicyFile, string>> = { own: file, owner: owner ?? 'owner', preset: 'preset' };
  return names[problem.file];
}
