import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Markdown files by path from the root; a page that does not exist yet is left out. */
export const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

export const present = (...paths: string[]): string[] => paths.filter((path) => existsSync(join(ROOT, path)));

export const presetReadmes = (): string[] =>
  present(...readdirSync(join(ROOT, 'config/presets')).map((name) => `config/presets/${name}/README.md`));

export type Fence = { readonly info: string; readonly line: number; readonly text: string };

export type Page = { readonly fences: readonly Fence[]; readonly lines: readonly string[] };

/** Code fences, and the lines outside of them (lines of code stand there as empty ones). */
export function pageOf(path: string): Page {
  const fences: Fence[] = [];
  const lines: string[] = [];
  let open: { mark: string; info: string; line: number; text: string[] } | undefined;
  for (const [index, line] of textOf(path).split('\n').entries()) {
    const [, mark = '', info = ''] = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (open && mark.startsWith(open.mark) && info === '') {
      fences.push({ info: open.info, line: open.line, text: `${open.text.join('\n')}\n` });
      open = undefined;
    } else if (open) open.text.push(line);
    else if (mark) open = { mark, info, line: index + 1, text: [] };
    lines.push(open || mark ? '' : line);
  }
  if (open) throw new Error(`${path}: the fence of line ${open.line} is not closed`);
  return { fences, lines };
}

/** Rows of the first table under a heading, cells trimmed; the head and the rule below it are left out. */
export function tableUnder(path: string, heading: string, nth = 0): string[][] {
  const { lines } = pageOf(path);
  const from = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading);
  if (from < 0) throw new Error(`${path} has no heading "${heading}"`);
  const next = lines.findIndex((line, index) => index > from && /^#{1,6} /.test(line));
  const tables: string[][][] = [[]];
  for (const line of lines.slice(from + 1, next < 0 ? undefined : next)) {
    if (line.startsWith('|'))
      tables.at(-1)!.push(
        line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    else if (tables.at(-1)!.length > 0) tables.push([]);
  }
  return tables[nth]?.slice(2) ?? [];
}

/** As GitHub makes it of a heading: `## What is in force?` → `what-is-in-force`; a second one of the same name gets `-1`. */
export function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of pageOf(path).lines) {
    const words = /^#{1,6} +(.*?)(?: #*)?$/.exec(line)?.[1];
    if (words === undefined) continue;
    const plain = words.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    let unique = slug;
    for (let n = 1; anchors.has(unique); n++) unique = `${slug}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}
