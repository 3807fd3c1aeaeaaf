import { withoutHtmlComments } from './comment-html.ts';
import { type Survey, survey } from './comment-lines.ts';
import { ANY_COMMAND, type CommandName, isCommandName, takesLines, textAnswers } from './comment-names.ts';

export type { CommandArg, CommandArgKind, CommandName, CommandRow, CommandWho } from './comment-names.ts';
export { COMMAND_NAMES, isCommandName, usage } from './comment-names.ts';

export type Command = {
  readonly name: CommandName;
  /** The rest of the line or, if that is empty, the lines up to the next command (`takesLines`); raw Markdown, trimmed. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
};

export type Said = {
  /** A letter, a digit or an attachment beyond commands, quotes and HTML comments (`policy.md`, An answer). */
  readonly says: boolean;
  readonly commands: readonly Command[];
  /** Known commands that stand only in code, a quote or HTML, in order, each once. */
  readonly hidden: readonly CommandName[];
};

/** GitHub refuses bodies above 65,536 characters; a character may be two UTF-16 units. */
export const BODY_UNITS_MAX = 131_072;
/** Enough for a triage of everything at once; a wall of commands is an accident or an attack. */
export const COMMANDS_MAX = 20;
/** What we repeat must fit into a comment of ours. */
export const COMMAND_TEXT_UNITS_MAX = 60_000;

// A stop, comma, colon or exclamation mark behind a known name is forgiven (`/fixed.`); `/fixed?` is a question, `/usr/bin` a path.
const AT_LINE_START = /^ {0,3}\/([a-z-]+)[.,:;!]?(?=\s|$)/i;
const IN_QUOTE_OR_CODE = /^[\s>]*\/([a-z-]+)[.,:;!]?(?=\s|$)/i;
const CODE_SPAN_LINE = /^ {0,3}(`+)\/([a-z-]+)[^`]*\1\s*$/i;

/** What a comment says and asks for, as GitHub renders it. Pure, total, linear in the length of the body. */
export function readComment(body: string): Said {
  const lines = body.slice(0, BODY_UNITS_MAX).split(/\r\n?|\n/);
  const asked = nameLines(body, lines);
  const seen = survey(lines.join('\n'), new Set(asked.keys()));
  const live = [...asked].filter(([line]) => seen.live.has(line) && AT_LINE_START.test(lines[line]!));
  if (live.length === 0) return { says: seen.says, commands: [], hidden: hiddenNames(asked, seen, live) };

  const own = [...lines]; // the lines with everything blanked that is not the comment's own words
  const commands: Command[] = [];
  for (const [index, [line, name]] of live.entries()) {
    const rest = lines[line]!.replace(AT_LINE_START, '');
    // The bullet keeps a text that begins with `>` or `#` from turning into something else.
    own[line] = textAnswers(name) ? `•${rest}` : '';
    const inLine = withoutHtmlComments(rest).trim();
    const end = inLine === '' && takesLines(name) ? (live[index + 1]?.[0] ?? lines.length) : line + 1;
    if (!textAnswers(name)) own.fill('', line, end);
    if (commands.length < COMMANDS_MAX) {
      commands.push({ name, text: inLine === '' ? textOf(lines, line + 1, end, seen) : capped(inLine), line: line + 1 });
    }
  }
  return { says: survey(own.join('\n'), new Set()).says, commands, hidden: hiddenNames(asked, seen, live) };
}

/** Lines that may hold a command; most comments have none and are parsed for their words only. */
function nameLines(body: string, lines: readonly string[]): ReadonlyMap<number, CommandName> {
  const asked = new Map<number, CommandName>();
  if (body.search(ANY_COMMAND) < 0) return asked;
  for (const [index, line] of lines.entries()) {
    const name = (IN_QUOTE_OR_CODE.exec(line)?.[1] ?? CODE_SPAN_LINE.exec(line)?.[2])?.toLowerCase();
    if (name !== undefined && isCommandName(name)) asked.set(index, name);
  }
  return asked;
}

function textOf(lines: readonly string[], from: number, to: number, seen: Survey): string {
  const kept: string[] = [];
  for (let line = from; line < to; line += 1) if (!seen.comments.has(line)) kept.push(lines[line]!);
  return capped(kept.join('\n').trim());
}

const capped = (text: string): string =>
  text.length > COMMAND_TEXT_UNITS_MAX ? text.slice(0, COMMAND_TEXT_UNITS_MAX).toWellFormed() : text;

function hiddenNames(
  asked: ReadonlyMap<number, CommandName>,
  seen: Survey,
  live: readonly (readonly [number, CommandName])[],
): CommandName[] {
  const done = new Set(live.map(([, name]) => name));
  const names = [...asked].filter(([line, name]) => seen.hidden.has(line) && !done.has(name)).map(([, name]) => name);
  return [...new Set(names)];
}
