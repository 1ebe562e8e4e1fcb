import type { Entry } from "../../ipc/bindings";
import type { Bridge } from "../../ipc/bridge";

/** How many lines come with one call. */
const PAGE = 100;

/** The journal of one account or of all, newest first, read page by page. */
export class Journal {
  entries = $state.raw<Entry[]>([]);
  state = $state<"loading" | "ready" | "failed">("loading");
  more = $state(false);

  constructor(
    private readonly commands: Bridge["commands"],
    private readonly accountId: string | null,
  ) {}

  /** Reads the newest page anew. */
  async refresh(): Promise<void> {
    await this.#read(null);
  }

  /** Reads the page after the last line. */
  async older(): Promise<void> {
    await this.#read(this.entries.at(-1)?.id ?? null);
  }

  async #read(before: string | null): Promise<void> {
    try {
      const page = await this.commands.history({ account_id: this.accountId, before, limit: PAGE });
      this.entries = before === null ? page : [...this.entries, ...page];
      this.more = page.length === PAGE;
      this.state = "ready";
    } catch {
      this.state = "failed";
    }
  }
}
