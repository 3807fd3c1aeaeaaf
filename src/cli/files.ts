import { readFileSync, statSync } from 'node:fs';

/** Reads a file that a person named; why not, in one sentence. `tooLong` says what it cannot be then. */
export function readText(path: string, bytesMax: number, tooLong: string): { readonly text: string } | { readonly problem: string } {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { problem: `${path} is no file.` };
    if (stat.size > bytesMax) return { problem: `${path} has ${stat.size} bytes; ${tooLong}.` };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).` };
  }
}
