import { type ExportJson, FROM, ExportJson as Schema, TO } from '../github/export.ts';
import type { z } from '../github/schemas.ts';
import { readText } from './files.ts';
import { plain } from './plain.ts';

/** A thousand long issues; JSON of that size still parses within a second. */
const FILE_BYTES_MAX = 50_000_000;
/** GitHub's own nests eight deep. */
const DEPTH_MAX = 64;
const ISSUES_MAX = 1_000;

export type ReplayFile = { readonly issues: readonly ExportJson[] } | { readonly problem: string };

/** The exported issues of a file: one object or an array of them. A wrong shape is one sentence that says where. */
export function readReplayFile(path: string): ReplayFile {
  const read = readText(path, FILE_BYTES_MAX, `the limit is ${FILE_BYTES_MAX}`);
  if ('problem' in read) return read;
  const text = read.text.replace(/^\uFEFF/, '');
  const no = (problem: string): ReplayFile => ({ problem: plain(`${path}: ${problem}`) });
  if (depthOf(text) > DEPTH_MAX) return no(`nested deeper than ${DEPTH_MAX}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return no(`is not JSON (${(error as Error).message})`);
  }
  const isList = Array.isArray(json);
  const list = isList ? (json as unknown[]) : [json];
  if (list.length === 0) return no('holds no issue');
  if (list.length > ISSUES_MAX) return no(`holds ${list.length} issues; the limit is ${ISSUES_MAX}`);
  const issues: ExportJson[] = [];
  for (const [index, one] of list.entries()) {
    const parsed = Schema.safeParse(one);
    const odd = parsed.success ? oddIn(parsed.data) : wrongIn(parsed.error.issues[0]!);
    if (odd) return no(`${placeOf(isList ? [index, ...odd.path] : odd.path)} ${odd.wrong}`);
    if (parsed.success) issues.push(parsed.data);
  }
  return { issues };
}

/** How deep brackets nest, strings apart: counted before anything is built of them. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x5d || char === 0x7d) depth--;
  }
  return deepest;
}

/** What has the right shape and makes no sense. */
function oddIn({ issue, timeline }: ExportJson): Odd | undefined {
  if (issue.pull_request) return { path: ['issue'], wrong: 'is a pull request' };
  if (!Number.isSafeInteger(issue.number) || issue.number < 1) return { path: ['issue', 'number'], wrong: 'is no number of an issue' };
  if (issue.created_at < FROM || issue.created_at >= TO) return { path: ['issue', 'created_at'], wrong: 'is not between 1970 and 2100' };
  const odd = timeline.findIndex((entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry));
  return odd < 0 ? undefined : { path: ['timeline', odd], wrong: 'is no entry of a timeline' };
}

type Issue = z.core.$ZodIssue;
type Odd = { readonly path: readonly PropertyKey[]; readonly wrong: string };

const KINDS: Readonly<Record<string, string>> = { object: 'an object', array: 'an array', string: 'a text', number: 'a number' };

/** `[2].issue.created_at`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'all of it';

const wrongIn = (issue: Issue): Odd => ({ path: issue.path, wrong: wrong(issue) });

function wrong(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return / undefined$/.test(issue.message) ? 'is missing' : `is not ${KINDS[issue.expected] ?? issue.expected}`;
    // Of all that is read, only dates have a check of their own.
    case 'custom':
      return 'is not a date';
    case 'invalid_value':
      return `is none of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return `has a key that nothing reads: ${JSON.stringify(issue.keys[0]).slice(0, 80)}`;
    default:
      return 'cannot be read';
  }
}
