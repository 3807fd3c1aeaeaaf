import type { Instant } from '../calendar/time.ts';
import { summaryOf } from '../policy/summary.ts';
import type { Language, Policy, Problem } from '../policy/types.ts';
import { inline } from './escape.ts';
import { lasts, when, wordsOf } from './index.ts';

/** The title is what GitHub shows in the list of checks; the summary is Markdown. */
export type CheckRunText = { readonly name: string; readonly title: string; readonly summary: string };

/** Never translated: a branch rule may name it, and a rebuild looks for it. */
export const CHECK_NAME = 'support policy';

export type CheckView =
  | {
      readonly good: true;
      readonly policy: Policy;
      readonly notInForce: readonly string[];
      readonly unheard?: readonly string[];
      readonly yielded?: readonly string[];
      /** Numbers of issues. */
      readonly muted?: readonly number[];
    }
  | {
      readonly good: false;
      readonly problems: readonly Problem[];
      readonly lastGood?: { readonly since: Instant; readonly language: Language } | undefined;
    };

/** What the check run on a commit of `support.yml` says: of a bad file, in the language of the last good one. */
export const checkRunOf = (view: CheckView): CheckRunText => (view.good ? goodRun(view) : badRun(view));

function badRun({ problems, lastGood }: Extract<CheckView, { good: false }>): CheckRunText {
  const words = wordsOf(lastGood?.language ?? 'en');
  const last = lastGood ? words.checkLastGood(`${when(words, 'UTC', lastGood.since)} UTC`) : words.checkNeverGood;
  const lines = problems.map((one) => `- ${one.file === 'own' ? `${one.line}:${one.column}` : one.file}: ${inline(one.message, 400)}`);
  const elsewhere = problems.some((one) => one.file !== 'own') ? [words.checkElsewhere] : [];
  return { name: CHECK_NAME, title: words.checkBad(problems.length), summary: [last, lines.join('\n'), ...elsewhere].join('\n\n') };
}

function goodRun({ policy, notInForce, unheard = [], yielded = [], muted = [] }: Extract<CheckView, { good: true }>): CheckRunText {
  const words = wordsOf(policy.language);
  const summary = summaryOf(policy);
  const urgent = policy.priorities.find((one) => summary.clocks.some((clock) => one.targets[clock]));
  const clock = summary.clocks.find((one) => urgent?.targets[one]);
  const fastest = urgent && clock ? `${words.clocks[clock]} (${urgent.id}): ${lasts(words, urgent.targets[clock]!)}` : '–';
  const said = (text: string) =>
    words.checkGood({ priorities: policy.priorities.length, clocks: summary.clocks.length, preset: policy.extends, fastest: text });
  const notYet = notInForce.length > 0 ? [words.checkNotYet(notInForce.map((one) => `\`${one}\``).join(', '))] : [];
  const listed = (names: readonly string[]) => names.map((one) => inline(one, 100)).join(', ');
  const notes = [
    ...(unheard.length > 0 ? [words.checkUnheard(listed(unheard))] : []),
    ...(muted.length > 0 ? [words.checkMuted(muted.map((one) => `#${one}`).join(', '))] : []),
    ...(yielded.length > 0 ? [words.checkYielded(listed(yielded))] : []),
  ];
  // The title is plain text, the summary Markdown.
  return { name: CHECK_NAME, title: said(fastest).slice(0, 200), summary: [said(inline(fastest, 200)), ...notYet, ...notes].join('\n\n') };
}
