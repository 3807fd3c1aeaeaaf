import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { move } from './move.ts';
import { oncall } from './oncall.ts';
import { rebuild } from './rebuild.ts';
import { replay } from './replay.ts';

/** Where a command says what it found, and what went wrong. */
export type Say = { out(text: string): void; err(text: string): void };

/** What was asked for cannot be understood; 1 is a "no" to something that was. */
const MISUSED = 2;

const HELP = `Usage: npx watchkeeper COMMAND

  check FILE [--owner FILE] [--json]   Say what a support.yml promises, or what is wrong with it and where.
                                       --owner: the support.yml of the owner's .github repository, on which FILE builds.
                                       --json: for programs.
  replay FILE --policy FILE [--owner FILE] [--forms DIR] [--responder LOGIN]… [--until ISO] [--json]
                                       Show what the desk would have made of an issue exported from GitHub: markers, clocks and steps over time.
                                       --policy, --owner: as for check. --forms: its issue forms; those of the preset if absent.
                                       --responder: who answers there. --until: a day or an instant, also one to come.
  oncall --policy FILE [--owner FILE] [--weeks N] [--at ISO] [--json]
                                       Say who is on call, and whose turns come next in every rota.
                                       --policy, --owner: as for check. --weeks: how far ahead, 4 if absent. --at: a day or an instant; now if absent.
  rebuild                              Forget the database and read everything again from GitHub (stop Watchkeeper first).
  move [--from STORE] [--to STORE]     Take the desk to another database (stop Watchkeeper first). STORE: a file, or postgres://….
                                       --from: the file in DATA_DIR if absent. --to: DATABASE_URL if absent; it must be empty.
  help                                 This text.

The desk itself is started with "npm start".`;

type Options = {
  readonly owner?: string;
  readonly json?: boolean;
  readonly policy?: string;
  readonly forms?: string;
  readonly until?: string;
  readonly weeks?: string;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly responder?: readonly string[];
};
type Command = {
  /** Names of the arguments that it needs. */
  readonly takes: readonly string[];
  readonly options: readonly (keyof Options)[];
  /** An option without which it does nothing. */
  readonly needs?: keyof Options;
  readonly run: (args: readonly string[], options: Options, say: Say) => Promise<number>;
};

const help: Command['run'] = async (_args, _options, say) => {
  say.out(HELP);
  return 0;
};

const COMMANDS: Readonly<Record<string, Command>> = {
  check: { takes: ['FILE'], options: ['owner', 'json'], run: ([file], options, say) => check({ file: file!, ...options }, say) },
  replay: {
    takes: ['FILE'],
    options: ['policy', 'owner', 'forms', 'responder', 'until', 'json'],
    needs: 'policy',
    run: ([file], { policy, ...options }, say) => replay({ file: file!, policy: policy!, ...options }, say),
  },
  oncall: {
    takes: [],
    options: ['policy', 'owner', 'weeks', 'at', 'json'],
    needs: 'policy',
    run: (_args, { policy, ...options }, say) => oncall({ policy: policy!, ...options }, say),
  },
  rebuild: { takes: [], options: [], run: (_args, _options, say) => rebuild(say) },
  move: { takes: [], options: ['from', 'to'], run: (_args, options, say) => move(options, say) },
  help: { takes: [], options: [], run: help },
};

const PRINT: Say = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/** The command line; answers the exit code: 0 yes, 1 no, 2 not understood. */
export async function run(argv: readonly string[], say: Say = PRINT): Promise<number> {
  const read = readArguments(argv);
  if ('problem' in read) {
    say.err(`${read.problem} Try "npx watchkeeper help".`);
    return MISUSED;
  }
  return read.command.run(read.args, read.options, say);
}

type Read = { readonly command: Command; readonly args: readonly string[]; readonly options: Options };

function readArguments(argv: readonly string[]): Read | { readonly problem: string } {
  let parsed: { values: Options & { help?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        owner: { type: 'string' },
        json: { type: 'boolean' },
        policy: { type: 'string' },
        forms: { type: 'string' },
        until: { type: 'string' },
        weeks: { type: 'string' },
        at: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        responder: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return { problem: `${(error as Error).message.split('.')[0]}.` };
  }
  const { values, positionals } = parsed;
  const { help: wantsHelp, ...options } = values;
  const [name = 'help', ...args] = positionals;
  if (wantsHelp) return { command: COMMANDS.help!, args: [], options: {} };
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
  if (!command) return { problem: `There is no command ${JSON.stringify(name)}.` };
  const missing = command.takes[args.length];
  if (missing !== undefined) return { problem: `"${name}" needs ${missing}.` };
  if (args.length > command.takes.length) return { problem: `"${name}" does not take ${JSON.stringify(args[command.takes.length])}.` };
  const odd = Object.keys(options).find((option) => !command.options.includes(option as keyof Options));
  if (odd !== undefined) return { problem: `"${name}" does not take --${odd}.` };
  if (command.needs && options[command.needs] === undefined) return { problem: `"${name}" needs --${command.needs} FILE.` };
  return { command, args, options };
}
