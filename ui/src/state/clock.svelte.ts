import { zone } from "../i18n/zone.svelte";

const MINUTE = 60_000;
/** The longest wait a browser timer can hold. */
const LONGEST = 2_147_483_647;
/** How far wall clock and running time may part before somebody set the clock, or the computer slept (ms). */
const DRIFT = 5_000;

/**
 * The page's one clock. It stands still until the next instant at which some visible text becomes another,
 * and no timer exists while the page is hidden. (Design brief, section 8.)
 */
export class Clock {
  #now = $state(0);
  #offset = 0;
  #wake = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Wall clock less running time, and minutes from UTC, as of the last tick. */
  #gap = 0;
  #fromUtc = 0;

  /** The core's time in ms since the epoch, as of the last tick. Reading it in an effect follows it. */
  get now(): number {
    return this.#now;
  }

  constructor() {
    this.tick();
  }

  /** The core's time runs `ms` ahead of the system's: Instagram's clock differs, or practice mode moved it. */
  setOffset(ms: number): void {
    if (ms === this.#offset) return;
    this.#offset = ms;
    this.tick();
  }

  /** Says that a visible text changes at `instant` (ms). The clock ticks then, rounded up to a full minute. */
  wakeAt(instant: number): void {
    const at = Math.ceil(instant / MINUTE) * MINUTE;
    if (at >= this.#wake || at <= this.#now) return;
    this.#wake = at;
    this.#arm();
  }

  /** Reads the time anew; all texts follow. */
  tick(): void {
    const wall = Date.now();
    this.#gap = wall - performance.now();
    this.#fromUtc = new Date(wall).getTimezoneOffset();
    this.#now = wall + this.#offset;
    if (this.#wake <= this.#now) this.#wake = Infinity;
    this.#arm();
  }

  /** Ticks if the time did not simply pass: the computer slept, its clock was set, or it is in another zone. */
  notice(): void {
    const wall = Date.now();
    const jumped = Math.abs(wall - performance.now() - this.#gap) > DRIFT;
    if (jumped || new Date(wall).getTimezoneOffset() !== this.#fromUtc) this.#anew();
  }

  #anew(): void {
    zone.look();
    this.tick();
  }

  /** Follows the page's visibility and what a person does with it; gives what stops it. */
  follow(page: Document): () => void {
    const turn = (): void => {
      if (page.hidden) clearTimeout(this.#timer);
      else this.#anew();
    };
    const notice = (): void => this.notice();
    page.addEventListener("visibilitychange", turn);
    // A computer that wakes with the window open tells the page nothing; the first touch does.
    for (const event of signs) addEventListener(event, notice);
    return () => {
      page.removeEventListener("visibilitychange", turn);
      for (const event of signs) removeEventListener(event, notice);
      clearTimeout(this.#timer);
    };
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (document.hidden || this.#wake === Infinity) return;
    const wait = Math.min(this.#wake - (Date.now() + this.#offset), LONGEST);
    this.#timer = setTimeout(() => this.tick(), Math.max(0, wait));
  }
}

const signs = ["focus", "pageshow", "pointerdown", "pointerover", "keydown"] as const;
