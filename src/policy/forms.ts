import { parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { fold } from './match.ts';

/**
 * Caps. `body` and `description` (undocumented, `platform.md` 1.1) are GitHub's own; for the rest GitHub names none, and these are far above what
 * people fill in (long public forms have 20,000 characters and 30 fields). `forms` are compared with one body, `loose` is its headings when none fits.
 */
export const FORM_MAX = { chars: 64_000, fields: 60, options: 250, description: 200, forms: 60, body: 65_536, loose: 200 } as const;
const NO_RESPONSE = '_No response_';

export type FormField = {
  /** As written, else Rails' `parameterize` of the label, else (nothing Latin in it) the folded label. */
  readonly id: string;
  readonly label: string;
  readonly type: 'textarea' | 'input' | 'dropdown' | 'checkboxes' | 'upload';
  readonly description?: string | undefined;
  readonly placeholder?: string | undefined;
  /** What the field holds before anybody types. */
  readonly value?: string | undefined;
  /** Language of the fence around the answer. */
  readonly render?: string | undefined;
  readonly options: readonly string[];
  readonly requiredOptions: readonly string[];
  /** Index of the option chosen beforehand. */
  readonly preset?: number | undefined;
  readonly multiple: boolean;
  readonly required: boolean;
};

export type FormSpec = {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly title?: string | undefined;
  readonly labels: readonly string[];
  /** In order, with the texts between the fields. */
  readonly body: readonly (FormField | { readonly type: 'markdown'; readonly value: string })[];
  /** The fields alone: what a submitted issue has headings for. */
  readonly fields: readonly FormField[];
};

export type Answer = {
  readonly label: string;
  /** Trimmed; without the fence that `render` puts around it. Empty when blank. */
  readonly text: string;
  readonly blank: boolean;
  /** The form's own options that were chosen or ticked; empty when the text is none of them, or the form is not known. */
  readonly choices: readonly string[];
};

/** By field id, or by label (folded as in `match.ts`) when the form is not known. */
export type Answers = ReadonlyMap<string, Answer>;

const LATIN = new Map('ßss æae œoe øo đd ðd łl þth ħh ıi ŋng ŧt'.split(' ').map((pair) => [pair.charAt(0), pair.slice(1)]));

/** The id GitHub gives a field that has none: Rails' `parameterize`, which knows the letters of Latin-1 and Latin Extended-A only. */
export function parameterize(label: string): string {
  const words = label.normalize('NFC').toLowerCase();
  const plain = words.replace(/[\u00df-\u017f]/g, (letter) => LATIN.get(letter) ?? letter.normalize('NFD').charAt(0));
  return (plain.match(/[a-z0-9_]+/g) ?? []).join('-');
}

const must = (what: string) => ({ error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : `must be ${what}`) });
const anyText = z.string(must('text (put it in quotes)'));
const text = anyText.trim().min(1, 'must not be empty');
const flag = z.boolean('must be true or false').optional();
const count = z.coerce.number('must be a number').int('must be a whole number').min(0, 'must not be negative').optional();
const id = text.regex(/^[\w-]+$/, 'may hold only letters, digits, - and _').optional();
/** Words that GitHub refuses in what people type freely. */
const label = text.refine((words) => !/passw(or)?d/i.test(words), 'must not ask for a password');
const names = z.union([z.array(text), text.transform((list) => list.split(/\s*,\s*/))], 'must be a list').optional();
const box = z.strictObject({ label: text, required: flag });
const notNone = text.refine((words) => words.toLowerCase() !== 'none', 'must not be "None", which GitHub keeps for itself');
const choice = notNone.transform((label): z.infer<typeof box> => ({ label }));
const many = <T extends z.ZodType>(entry: T, max: number) =>
  z.array(entry, must('a list')).min(1, 'must not be empty').max(max, `must not have more than ${max} entries`);

const element = <T extends string, A extends z.ZodRawShape, V extends z.ZodRawShape>(type: T, attributes: A, validations: V) =>
  z.strictObject({
    type: z.literal(type),
    id,
    attributes: z.strictObject({ label: text, description: anyText.optional(), ...attributes }),
    validations: z.strictObject({ required: flag, ...validations }).optional(),
  });
const prefilled = { label, placeholder: anyText.optional(), value: anyText.optional() };

const anyElement = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), id, attributes: z.strictObject({ value: text }) }),
  element('textarea', { ...prefilled, render: text.optional() }, { min_length: count }),
  element('input', prefilled, { min_length: count }),
  element('dropdown', { multiple: flag, options: many(choice, FORM_MAX.options), default: count }, {}),
  element('checkboxes', { options: many(box, FORM_MAX.options) }, {}),
  element('upload', {}, { accept: text.optional() }),
]);
const FormRead = z.strictObject({
  name: text,
  description: text.max(FORM_MAX.description, `must not be longer than ${FORM_MAX.description} characters`),
  title: anyText.optional(),
  labels: names,
  assignees: names,
  projects: names,
  type: text.optional(),
  body: many(anyElement, FORM_MAX.fields),
});
type Element = z.infer<typeof anyElement>;
/** What any kind of element may have, each optional. */
type Merged<U> = { readonly [K in U extends U ? keyof U : never]?: U extends { [P in K]?: infer V } ? V : never };

/**
 * An issue form as GitHub would take it, or the first reason why GitHub drops it (which GitHub does silently), in one plain sentence.
 * Read as YAML 1.1, as GitHub does: an unquoted `Yes` is a boolean. `config.yml` is not a form: ask for it elsewhere.
 */
export function readForm(fileName: string, yamlText: string): FormSpec | { readonly problem: string } {
  const problem = (what: string) => ({ problem: `${fileName}: ${what}.` });
  if (yamlText.length > FORM_MAX.chars) return problem(`the form is longer than ${FORM_MAX.chars} characters`);
  let tree: unknown;
  try {
    const document = parseDocument(yamlText, { version: '1.1', logLevel: 'error', prettyErrors: false });
    const [error] = document.errors;
    if (error) return problem(`this is not valid YAML, at line ${yamlText.slice(0, error.pos[0]).split('\n').length}`);
    visit(document, { Scalar: (_, scalar) => Object.assign(scalar, isWord(scalar) && { value: scalar.source }) && undefined });
    tree = document.toJS({ maxAliasCount: 50 });
  } catch {
    return problem('the YAML is nested too deeply or repeats itself too often');
  }
  const read = FormRead.safeParse(tree);
  if (!read.success) return problem(sentenceOf(read.error.issues[0]!));
  const body = read.data.body.map(fieldOf);
  const fields = body.filter((field) => field.type !== 'markdown');
  if (fields.length === 0) return problem('the body needs at least one field besides texts');
  for (const [index, field] of fields.entries()) {
    const named = `"${cut(field.label)}"`;
    if (fields.findIndex((other) => other.label === field.label) < index) return problem(`two fields have the label ${named}`);
    if (fields.findIndex((other) => other.id === field.id) < index) return problem(`the field ${named} has the id of another field`);
    if (new Set(field.options).size < field.options.length) return problem(`the field ${named} repeats an option`);
    if ((field.preset ?? -1) >= field.options.length) return problem(`the default of ${named} is not one of its options`);
  }
  const { name, description, title, labels } = read.data;
  return { file: fileName, name, description, title, labels: labels ?? [], body, fields };
}

/** Numbers, dates and the letters y and n stay as they are written: Ruby's YAML, unlike the standard's, leaves y and n alone. */
const isWord = ({ value, source }: { value: unknown; source?: string | undefined }) =>
  source !== undefined && (typeof value === 'boolean' ? /^[yn]$/i.test(source) : typeof value === 'number' || value instanceof Date);

const cut = (words: string) => (words.length > 80 ? `${words.slice(0, 79)}…` : words);

/** `body[2].attributes.label is missing`; positions count from zero, as in GitHub's own messages. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const place = path.join('').slice(1) || 'the form';
  if (issue.code === 'unrecognized_keys') return `"${cut(issue.keys[0] ?? '')}" is not a key that GitHub allows in ${place}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'type') return `${place} is not a kind of field that GitHub knows`;
  return `${place} ${/^(is|must|may) /.test(issue.message) ? issue.message : 'is missing or of the wrong kind'}`;
}

function fieldOf(element: Element): FormSpec['body'][number] {
  if (element.type === 'markdown') return { type: 'markdown', value: element.attributes.value };
  const { type, attributes, validations } = element;
  const { label } = attributes;
  const { options: entries = [], default: preset, multiple = false, ...words }: Merged<typeof attributes> = attributes;
  const options = entries.map((entry) => entry.label);
  const requiredOptions = entries.filter((entry) => entry.required).map((entry) => entry.label);
  const id = element.id ?? (parameterize(label) || fold(label));
  return { ...words, type, id, label, options, requiredOptions, preset, multiple, required: validations?.required === true };
}

type Heading = { readonly line: number; readonly words: string; readonly fenced: boolean };
type Chain = { readonly score: number; readonly heading: Heading; readonly field: number; readonly before: Chain | undefined };

/** Headings `### …` with a blank line (or an end) on either side, and whether they stand inside a closed code fence. */
function headingsOf(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  let fence: { readonly mark: string; readonly first: number } | undefined;
  for (const [line, words] of lines.entries()) {
    const [, mark = '', info = ''] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(words) ?? [];
    if (mark && !fence) fence = { mark, first: headings.length };
    else if (fence && mark.startsWith(fence.mark) && !info.trim()) fence = undefined;
    else if (words.startsWith('### ') && !lines[line - 1]?.trim() && !lines[line + 1]?.trim())
      headings.push({ line, words: words.slice(4).normalize('NFC').trim(), fenced: fence !== undefined });
  }
  const unclosed = fence?.first ?? headings.length;
  return headings.map((heading, index) => (index < unclosed ? heading : { ...heading, fenced: false }));
}

function between(lines: readonly string[], from: Heading, to: Heading | undefined): string {
  const answer = lines.slice(from.line + 1, to?.line).join('\n');
  return answer.trim();
}

/**
 * The best chain of headings in the form's order: as many as there are, outside code rather than inside, with answers that such a field can have
 * rather than others; of equals the earlier. At most headings × fields steps.
 */
function chainOf(form: FormSpec, headings: readonly Heading[], lines: readonly string[]): Chain | undefined {
  const fieldAt = new Map(form.fields.map((field, index) => [field.label.normalize('NFC'), index]));
  const best: (Chain | undefined)[] = form.fields.map(() => undefined);
  let last: Chain | undefined;
  for (const heading of headings) {
    const field = fieldAt.get(heading.words);
    if (field === undefined) continue;
    let before: Chain | undefined;
    for (const chain of best.slice(0, field)) if (chain && chain.score > (before?.score ?? 0)) before = chain;
    const near = last && last.field < field && last.score >= (before?.score ?? 0) ? last : undefined;
    const fits = near && couldBe(form.fields[near.field]!, between(lines, near.heading, heading));
    const score = (fits ? near.score + 1 : (before?.score ?? 0)) + (heading.fenced ? 4 : 8);
    last = { score, heading, field, before: fits ? near : before };
    if (last.score > (best[field]?.score ?? 0)) best[field] = last;
  }
  return best.reduce((one, other) => ((other?.score ?? 0) > (one?.score ?? 0) ? other : one), undefined);
}

/** Whether GitHub could have written this for the field; a textarea can hold anything. */
function couldBe(field: FormField, words: string): boolean {
  if (field.type === 'dropdown') return isBlank(words, field.type) || chosen(field, words).length > 0;
  if (field.type === 'checkboxes') return words.split('\n').length === field.options.length;
  return field.type !== 'input' || !words.includes('\n');
}

const isBlank = (words: string, type?: FormField['type']) =>
  words === '' || words === NO_RESPONSE || (words === 'None' && (!type || type === 'dropdown'));

/** The options that the words name: ticked boxes, or the `re, mi` of a dropdown, where the longest option wins (one may itself hold a comma). */
function chosen({ type, options, multiple }: FormField, words: string): readonly string[] {
  if (type === 'checkboxes') {
    const ticked = new Set(Array.from(words.matchAll(/^- \[[xX]\] (.*)$/gm), ([, box]) => box!.trim()));
    return options.filter((option) => ticked.has(option));
  }
  if (options.includes(words)) return [words];
  const longest = multiple ? options.toSorted((a, b) => b.length - a.length) : [];
  const found: string[] = [];
  for (let rest = `${words}, `; rest !== ''; rest = rest.slice(found.at(-1)!.length + 2)) {
    const next = longest.find((option) => rest.startsWith(`${option}, `));
    if (next === undefined || found.length === options.length) return [];
    found.push(next);
  }
  return found;
}

function answerOf(label: string, words: string, field?: FormField): Answer {
  const fence = field?.render === undefined ? undefined : /^```[^\n`]*\n(.*)```$/s.exec(words);
  const text = fence ? fence[1]!.trim() : words;
  const choices = field ? chosen(field, text) : [];
  const blank = isBlank(text, field?.type) || (field?.type === 'checkboxes' && choices.length === 0);
  return { label, text: blank ? '' : text, blank, choices };
}

/**
 * What a submitted body answers. The form is the one whose headings the body holds most of (at least half), of equals the one that misses fewest;
 * without one, every heading outside code counts by its label, the first of equals. Fields whose heading is gone have no answer at all.
 */
export function readAnswers(body: string, forms: readonly FormSpec[]): { readonly form?: FormSpec; readonly answers: Answers } {
  const lines = body.slice(0, FORM_MAX.body).split(/\r?\n/);
  const headings = headingsOf(lines);
  let best: { readonly form: FormSpec; readonly links: readonly Chain[]; readonly rank: number } | undefined;
  for (const form of forms.slice(0, FORM_MAX.forms)) {
    const links: Chain[] = [];
    const chain = chainOf(form, headings, lines);
    for (let link = chain; link; link = link.before) links.unshift(link);
    const rank = (links.length * 100 - form.fields.length) * 10_000 + (chain?.score ?? 0);
    if (links.length * 2 >= form.fields.length && rank > (best?.rank ?? Number.NEGATIVE_INFINITY)) best = { form, links, rank };
  }
  const loose = () => headings.filter((heading) => !heading.fenced).map((heading) => ({ heading, spec: undefined }));
  const sections = best?.links.map(({ heading, field }) => ({ heading, spec: best.form.fields[field] })) ?? loose();
  const answers = new Map<string, Answer>();
  for (const [index, { heading, spec }] of sections.slice(0, FORM_MAX.loose).entries()) {
    const key = spec?.id ?? fold(heading.words);
    const free = !spec || spec.type === 'textarea' || spec.type === 'upload';
    const end = free ? sections[index + 1]?.heading : headings[headings.indexOf(heading) + 1];
    if (!answers.has(key)) answers.set(key, answerOf(spec?.label ?? heading.words, between(lines, heading, end), spec));
  }
  return { ...(best && { form: best.form }), answers };
}

/** The answer to a field that is named by its id, or else by its label. */
export function fieldAnswer(answers: Answers, idOrLabel: string): Answer | undefined {
  const folded = fold(idOrLabel);
  const named = answers.get(idOrLabel) ?? answers.get(folded);
  return named ?? answers.values().find((answer) => fold(answer.label) === folded || parameterize(answer.label) === idOrLabel);
}

/** The body that GitHub makes of a submitted form: `values` by field id, lists for dropdowns and ticked boxes. */
export function renderAnswers(form: FormSpec, values: Readonly<Record<string, string | readonly string[]>>): string {
  const sections = form.fields.map(({ id, label, type, options, render }) => {
    const value = (Object.hasOwn(values, id) && values[id]) || '';
    const words = typeof value === 'string' ? value.trim() : value.join(', ');
    const ticked = options.map((box) => `- [${box === value || (typeof value !== 'string' && value.includes(box)) ? 'x' : ' '}] ${box}`);
    const filled = render === undefined ? words : `\`\`\`${render}\n${words}\n\`\`\``;
    return `### ${label}\n\n${type === 'checkboxes' ? ticked.join('\n') : words === '' ? NO_RESPONSE : filled}`;
  });
  return sections.join('\n\n');
}
