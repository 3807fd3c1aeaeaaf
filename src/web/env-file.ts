import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Writes the values into a file that `node:util`'s `parseEnv` reads; what stood there otherwise stays, comments do not. Readable by its owner
 * only, also when it was there before and was not. Whoever reads it meanwhile sees the old file or the new one.
 */
export function writeEnv(path: string, values: Readonly<Record<string, string>>): void {
  const before = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const lines = Object.entries({ ...before, ...values }).map(([key, value]) => `${key}=${quoted(value ?? '')}`);
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${lines.join('\n')}\n`, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, path);
}

/** A value between the first quotes that do not stand in it; between `"` a written `\n` would become a line break. */
function quoted(value: string): string {
  if (!value.includes('"') && !value.includes('\\')) return `"${value.replaceAll('\n', '\\n')}"`;
  const mark = ["'", '`', '"'].find((one) => !value.includes(one)) ?? "'";
  return `${mark}${value}${mark}`;
}
