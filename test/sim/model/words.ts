/** What a comment says and commands, read line by line. */

export type Command = { readonly name: string; readonly text: string };
export type Said = { readonly says: boolean; readonly commands: readonly Command[] };

/** Commands that take no text leave the lines below them alone. */
const BARE = ['confirm', 'reopen', 'help', 'ack', 'take', 'resume', 'sla'];
const WORDED = [
  'wait',
  'hold',
  'workaround',
  'fixed',
  'close',
  'still-broken',
  'priority',
  'product',
  'category',
  'plan',
  'duplicate',
].concat(['rate', 'assign', 'handoff', 'stay', 'escalate', 'runbook', 'done', 'incident', 'severity', 'update', 'affected', 'resolve']);
/** Their texts are words to the reporter. */
const ANSWERING = ['fixed', 'workaround', 'wait', 'close'];
const SOMETHING = /[\p{L}\p{N}]/u;
const COMMAND = /^ {0,3}\/([a-z-]+)(?:[ \t]+(.*?))?[ \t]*$/i;

type Line = { readonly text: string; readonly is: 'text' | 'code' | 'quote' };

function linesOf(body: string): Line[] {
  const lines: Line[] = [];
  let fence: string | undefined;
  let quoting = false;
  for (const text of body.replace(/<!--[\s\S]*?(-->|$)/g, '').split(/\r?\n/)) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(text)?.[1];
    if (fence !== undefined) {
      lines.push({ text, is: 'code' });
      if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    // A line right under a quote still belongs to it, as GitHub shows it.
    quoting = /^ {0,3}>/.test(text) || (quoting && text.trim() !== '' && !mark);
    if (!quoting && mark) fence = mark;
    lines.push({ text, is: quoting ? 'quote' : fence !== undefined || /^( {4}|\t)/.test(text) ? 'code' : 'text' });
  }
  return lines;
}

function commandOf(line: Line): Command | undefined {
  const found = line.is === 'text' ? COMMAND.exec(line.text) : null;
  if (!found) return undefined;
  const name = found[1]!.toLowerCase();
  if (!BARE.includes(name) && !WORDED.includes(name)) return undefined;
  return { name, text: found[2] ?? '' };
}

export function readComment(body: string): Said {
  const commands: Command[] = [];
  const words: string[] = [];
  /** The command that takes the lines that follow. */
  let open: { name: string; lines: string[] } | undefined;
  const close = (): void => {
    if (open) commands.push({ name: open.name, text: open.lines.join('\n').trim() });
    open = undefined;
  };
  for (const line of linesOf(body)) {
    const command = commandOf(line);
    if (command) {
      close();
      if (command.text === '' && WORDED.includes(command.name)) open = { name: command.name, lines: [] };
      else commands.push(command);
    } else if (line.is !== 'quote') (open?.lines ?? words).push(line.text);
  }
  close();
  const answering = commands.filter((one) => ANSWERING.includes(one.name)).map((one) => one.text);
  return { says: SOMETHING.test([...words, ...answering].join('\n')), commands };
}
