/** What was used least lately goes first, once there are more entries or bytes than allowed. */
export class Lru<V> {
  #map = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;
  readonly #entriesMax: number;
  readonly #bytesMax: number;

  constructor(entriesMax: number, bytesMax = Number.POSITIVE_INFINITY) {
    this.#entriesMax = entriesMax;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#map.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const entry = this.#map.get(key);
    if (!entry) return undefined;
    this.#map.delete(key);
    this.#map.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, bytes = 0): void {
    this.delete(key);
    if (bytes > this.#bytesMax) return;
    this.#map.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#map.keys()) {
      if (this.#map.size <= this.#entriesMax && this.#bytes <= this.#bytesMax) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#map.get(key);
    if (!entry) return;
    this.#map.delete(key);
    this.#bytes -= entry.bytes;
  }
}
