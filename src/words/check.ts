import type { Instant } from '../calendar/time.ts';
import type { Policy, Problem } from '../policy/types.ts';
import { inline } from './escape.ts';
import { lasts, when, wordsOf } from './index.ts';

/** The title is what GitHub shows in the list of checks; the summary is Markdown. */
export type CheckRunText = { readonly name: string; readonly title: string; readonly summary: string };

/** Never translated: a branch rule may name it, and a rebuild looks for it. */
export const CHECK_NAME = 'support policy';

export type CheckView =
  | { readonly good: true; readonly policy: Policy; readonly notInForce: readonly string[]; readonly notes?: readonly string[] }
  | { readonly good: false; readonly problems: readonly Problem[]; readonly lastGood: Instant | undefined };

/** What the check run on a commit of `support.yml` says. A file that cannot be read has no language: its problems are in English. */
export function checkRunOf(view: CheckView): CheckRunText {
  if (!view.good) {
    const words = wordsOf('en');
    const elsewhere = view.problems.filter((one) => one.file !== 'own');
    const last = view.lastGood === undefined ? words.checkNeverGood : words.checkLastGood(`${when(words, 'UTC', view.lastGood)} UTC`);
    const lines = view.problems.map(
      (one) =>
        `- ${one.file === 'own' ? `line ${one.line}, column ${one.column}` : `in the ${one.file} file`}: ${inline(one.message, 400)}`,
    );
    const title = words.checkBad(view.problems.length);
    return {
      name: CHECK_NAME,
      title,
      summary: [last, lines.join('\n'), ...(elsewhere.length > 0 ? [words.checkElsewhere] : [])].join('\n\n'),
    };
  }
  const { policy } = view;
  const words = wordsOf(policy.language);
  const clocks = new Set(policy.priorities.flatMap((one) => Object.keys(one.targets)));
  const quickest =
    policy.priorities.find((one) => one.targets.first_response) ?? policy.priorities.find((one) => Object.keys(one.targets).length > 0);
  const [clock, target] = Object.entries(quickest?.targets ?? {})[0] ?? [];
  const fastest = clock && target ? `${words.clocks[clock as keyof typeof words.clocks]} (${quickest?.id}): ${lasts(words, target)}` : '–';
  const promise = words.checkGood({
    priorities: policy.priorities.length,
    clocks: clocks.size,
    preset: policy.extends,
    fastest: inline(fastest, 200),
  });
  const notYet = view.notInForce.length > 0 ? [words.checkNotYet(view.notInForce.map((one) => `\`${one}\``).join(', '))] : [];
  return { name: CHECK_NAME, title: promise.slice(0, 200), summary: [promise, ...notYet, ...(view.notes ?? [])].join('\n\n') };
}
