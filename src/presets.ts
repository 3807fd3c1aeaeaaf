import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Presets } from './policy/types.ts';

const FOLDER = join(import.meta.dirname, '..', 'config', 'presets');

/** The presets that come with the program, by `name@version`; a name alone is version 1 for ever. */
export const presetText: Presets = (name) => {
  const full = name.includes('@') ? name : `${name}@1`;
  if (!presetFolders().includes(full)) return undefined;
  return cached(full, () => readFileSync(join(FOLDER, full, 'support.yml'), 'utf8'));
};

/** `standard@1`, … */
export const presetFolders = (): readonly string[] => (folders ??= readdirSync(FOLDER).filter((name) => /^[a-z]+@[0-9]+$/.test(name)));

/** The forms of a preset: file name to text. */
export function presetForms(name: string): Record<string, string> {
  const folder = join(FOLDER, name, 'ISSUE_TEMPLATE');
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

let folders: string[] | undefined;
const texts = new Map<string, string>();

function cached(name: string, read: () => string): string {
  const text = texts.get(name) ?? read();
  texts.set(name, text);
  return text;
}
