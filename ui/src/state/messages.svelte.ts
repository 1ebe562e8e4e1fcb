/** How long a confirmation stays (ms), and how far apart spoken messages are (ms; design brief, section 14). */
const STAYS = 5_000;
const PAUSE = 3_000;

export interface Toast {
  id: number;
  text: string;
  /** An error stays until it is closed. */
  kind: "done" | "error";
}

/** Short confirmations and answers to presses. */
export class Toasts {
  shown = $state.raw<Toast[]>([]);
  #next = 1;

  say(text: string, kind: Toast["kind"] = "done"): void {
    const toast = { id: this.#next++, text, kind };
    // At most two at a time: a third pushes the oldest out.
    this.shown = [...this.shown.filter((other) => other.text !== text).slice(-1), toast];
    if (kind === "done") this.leaveLater(toast.id);
  }

  leaveLater(id: number): void {
    clearTimeout(this.#timers.get(id));
    if (document.hidden) return;
    const leave = (): void => {
      if (!this.#kept.has(id)) this.close(id);
    };
    this.#timers.set(id, setTimeout(leave, STAYS));
  }

  close(id: number): void {
    this.#kept.delete(id);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Nobody reads them while the page is hidden: their time begins anew when it is shown. */
  rest(hidden: boolean): void {
    for (const { id, kind } of this.shown) {
      if (kind === "done" && !hidden) this.leaveLater(id);
      else clearTimeout(this.#timers.get(id));
    }
  }

  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  /** While hovered or focused a toast stays. */
  #kept = new Set<number>();
  hold(id: number): void {
    this.#kept.add(id);
  }
  release(id: number): void {
    const stays = this.shown.find((toast) => toast.id === id)?.kind === "error";
    if (this.#kept.delete(id) && !stays) this.leaveLater(id);
  }
}

/** What screen readers are told without anything taking the focus. */
export class Announcer {
  polite = $state("");
  assertive = $state("");
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** At most one message every three seconds; what comes in between is joined. Nothing is said to nobody. */
  say(text: string): void {
    if (document.hidden) return;
    if (this.#timer !== undefined) {
      if (!this.#waiting.includes(text)) this.#waiting.push(text);
      return;
    }
    this.polite = text;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const joined = this.#waiting.join(" ");
      this.#waiting = [];
      if (joined !== "") this.say(joined);
    }, PAUSE);
  }

  /** Says nothing more while the page is hidden. */
  rest(hidden: boolean): void {
    if (!hidden) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  alert(text: string): void {
    this.assertive = text;
  }
}
