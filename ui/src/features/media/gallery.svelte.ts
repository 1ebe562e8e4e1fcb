import type { MediaItem } from "../../ipc/bindings";
import type { Commands } from "../../ipc/commands";

/** Items asked for at a time. */
export const PAGE = 120;
/** Pages kept on each side of those in sight: the memory stays the same for a hundred items and a hundred thousand. */
const BESIDE = 2;

/** An account's media, read in pages as they come into sight. */
export class Gallery {
  /** How many there are in all; null until the first answer. */
  kept = $state<number | null>(null);
  failed = $state(false);
  #pages = $state.raw<ReadonlyMap<number, MediaItem[]>>(new Map());
  #asked = new Set<number>();
  #wanted = { first: 0, last: 0 };
  /** Counts up with each reading anew: answers to an earlier one are dropped. */
  #round = 0;
  #commands: Commands;
  #id: string;

  constructor(commands: Commands, id: string) {
    this.#commands = commands;
    this.#id = id;
  }

  /** The item at a place, once it was read. */
  item(at: number): MediaItem | undefined {
    return this.#pages.get(Math.floor(at / PAGE))?.[at % PAGE];
  }

  /** Says which items are in sight; those not read yet are asked for. */
  need(first: number, end: number): void {
    this.#wanted = { first: Math.floor(first / PAGE), last: Math.floor(Math.max(first, end - 1) / PAGE) };
    for (let page = this.#wanted.first; page <= this.#wanted.last; page += 1) void this.#read(page);
  }

  /** Reads what is in sight once more; what is shown stays until the answer is there. */
  refresh(): void {
    this.#round += 1;
    this.#asked.clear();
    const { first, last } = this.#wanted;
    this.#pages = new Map([...this.#pages].filter(([page]) => page >= first && page <= last));
    this.need(first * PAGE, (last + 1) * PAGE);
  }

  async #read(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const round = this.#round;
    try {
      const { items, kept } = await this.#commands.media({ id: this.#id, from: page * PAGE, limit: PAGE });
      if (round !== this.#round) return;
      this.kept = kept;
      this.failed = false;
      this.#keep(page, items);
    } catch {
      if (round !== this.#round) return;
      this.#asked.delete(page);
      this.failed = true;
    }
  }

  #keep(page: number, items: MediaItem[]): void {
    const { first, last } = this.#wanted;
    const near = [...this.#pages].filter(([its]) => its >= first - BESIDE && its <= last + BESIDE);
    this.#pages = new Map([...near, [page, items]]);
    this.#asked = new Set([...this.#asked].filter((its) => its >= first - BESIDE && its <= last + BESIDE));
  }
}
