import { type DestinationStream, type Logger, pino } from 'pino';

/** What looks like a secret stands in no log, wherever it came from. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // In JSON a line break is two characters. One that was cut off has no end.
  [/-----BEGIN [A-Z ]*-----(?:[\w+/=\s]|\\[nr])*(?:-----END [A-Z ]*-----)?/g, '[key]'],
  [/\b(?:gh[a-z]_|github_pat_)\w{10,}/g, '[token]'],
  [/\bv1\.[0-9a-f]{40}\b/g, '[token]'],
  [/\beyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?/g, '[token]'],
  [/\bsha(?:1|256)=[0-9a-f]{20,}/g, '[signature]'],
  // The host of an address stays: it says what could not be reached.
  [/\b([a-z][a-z\d+.-]*:\/\/)[^\s/@"]*@/gi, '$1[…]@'],
];

/** A secret of the configuration that is shorter could stand in any word. */
const SECRET_CHARS_MIN = 8;

export type LogOptions = {
  readonly level: string;
  /** Each line, its end included. */
  readonly write: (line: string) => void;
  /** What the configuration holds and nobody may read: left out wherever it stands. */
  readonly secrets?: readonly string[];
};

/** JSON lines with a static message and fields. Of errors nothing but name, words and stack: Octokit's carry requests, Probot's whole events. */
export function createLog({ level, write, secrets = [] }: LogOptions): Logger {
  // As they stand in JSON.
  const own = secrets.filter((one) => one.length >= SECRET_CHARS_MIN).map((one) => JSON.stringify(one).slice(1, -1));
  const stream: DestinationStream = { write: (line) => write(scrubbed(line, own)) };
  return pino(
    {
      level,
      base: null,
      // Probot hands over whole webhooks, at debug.
      redact: ['*.headers', '*.token', '*.authorization', 'headers', 'token', 'event'],
      serializers: { err: errorFields },
      hooks: {
        logMethod(args, method) {
          // An error alone would have its words taken for the message.
          const [first, message] = args as unknown[];
          method.apply(this, first instanceof Error && message === undefined ? [{ err: first }, 'an error was reported'] : args);
        },
      },
    },
    stream,
  );
}

function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, stack };
}

function scrubbed(line: string, secrets: readonly string[]): string {
  let text = line;
  for (const [pattern, instead] of SECRETS) text = text.replace(pattern, instead);
  for (const secret of secrets) text = text.replaceAll(secret, '[secret]');
  return text;
}
