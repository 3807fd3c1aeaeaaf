/** What may stand behind a sentence of a story; a detail of another shape is a mistake in the story. */

export type Detail = unknown;
export type Words = Readonly<Record<string, string>>;

export function none(detail: Detail): void {
  if (detail !== undefined && detail !== null) throw new Error(`nothing may follow here, found ${JSON.stringify(detail)}`);
}

export function text(detail: Detail): string {
  if (typeof detail === 'number') return String(detail);
  if (typeof detail !== 'string' || detail.trim() === '') throw new Error(`a text must follow here, found ${JSON.stringify(detail)}`);
  return detail;
}

/** One text or a list of them, at least one. */
export function texts(detail: Detail): string[] {
  const list = Array.isArray(detail) ? detail : [detail];
  if (list.length === 0) throw new Error('an empty list expects nothing');
  return list.map(text);
}

/** A list that may be empty. */
export const list = (detail: Detail): string[] => (Array.isArray(detail) && detail.length === 0 ? [] : texts(detail));

export function fields(detail: Detail): Readonly<Record<string, Detail>> {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail) || Object.keys(detail).length === 0) {
    throw new Error(`fields must follow here, found ${JSON.stringify(detail)}`);
  }
  return detail as Readonly<Record<string, Detail>>;
}

export const words = (detail: Detail): Words =>
  Object.fromEntries(Object.entries(fields(detail)).map(([key, value]) => [key, text(value)]));

/** The value of each known key, read by its reader; an unknown key is a mistake. */
export function only<R extends Readonly<Record<string, (detail: Detail) => unknown>>>(
  detail: Detail,
  readers: R,
): { readonly [K in keyof R]?: ReturnType<R[K]> } {
  const read = Object.entries(fields(detail)).map(([key, value]) => {
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (!reader) throw new Error(`unknown key "${key}"; known are ${Object.keys(readers).join(', ')}`);
    try {
      return [key, reader(value)];
    } catch (error) {
      throw new Error(`${key}: ${(error as Error).message}`);
    }
  });
  return Object.fromEntries(read);
}

/** As a person reads it: no bold, no escapes, no no-break spaces. */
export const plain = (markdown: string): string =>
  markdown
    .replace(/\*\*/g, '')
    .replace(/\\(?=[^a-z0-9\s])/g, '')
    .replace(/[\u00a0\u202f]/g, ' ');
