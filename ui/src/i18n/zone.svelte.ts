const current = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The computer's time zone; every date follows it, also when it changes while the page is open. */
class Zone {
  #name = $state(current());

  get name(): string {
    return this.#name;
  }

  /** Reads it anew: no browser tells of a change. */
  look(): void {
    this.#name = current();
  }
}

export const zone = new Zone();
