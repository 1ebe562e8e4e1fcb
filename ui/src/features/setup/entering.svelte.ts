import { tick } from "svelte";
import { t } from "../../i18n";
import type { AppCheck, Credentials, Route } from "../../ipc/bindings";
import type { EnteredApp } from "../../ipc/commands";
import { errorCode } from "../../state/app.svelte";
import type { Ui } from "../../state/ui.svelte";
import { isUnfinished, readId, readSecret } from "./recognise";

/** What the fields of an app are filled for. */
interface Purpose {
  route: () => Route;
  /** The app that is changed; null: a new one. */
  app: () => Credentials | null;
  /** Whether that one alone may be changed: the id of another is refused, where else it is taken for that other. */
  only?: boolean;
  credentials: () => Credentials[];
}

/** The longest name (characters); the core holds to the same. */
const NAME = 80;

/** The fields of a Meta app while they are filled. The secret is in them until it is saved, and nowhere afterwards. */
export class Entering {
  id = $state("");
  secret = $state("");
  name = $state("");
  config = $state("");
  /** Whether saving was tried: what is only unfinished counts as wrong from then on. */
  #tried = $state(false);
  #purpose: Purpose;

  constructor(purpose: Purpose) {
    this.#purpose = purpose;
    const app = purpose.app();
    this.id = app?.app_id ?? "";
    this.name = app?.name ?? "";
    this.config = app?.config_id ?? "";
  }

  get readId(): ReturnType<typeof readId> {
    const route = this.#purpose.route();
    return readId(this.id, this.#purpose.credentials().filter((it) => it.route !== route).map((it) => it.app_id));
  }

  get readSecret(): ReturnType<typeof readSecret> {
    return readSecret(this.secret);
  }

  /** The app that saving changes: the one of the purpose, or the one that is saved under this id. */
  get target(): Credentials | null {
    const { value } = this.readId;
    const route = this.#purpose.route();
    return this.#purpose.credentials().find((it) => it.route === route && it.app_id === value) ?? this.#changeable;
  }

  /** An app whose accounts hang on its id keeps it: another id is another app. */
  get #changeable(): Credentials | null {
    const app = this.#purpose.app();
    return app === null || app.accounts > 0 ? null : app;
  }

  get secretKept(): boolean {
    const { target } = this;
    return target !== null && target.secret_saved && target.app_id === this.readId.value;
  }

  get idError(): string | null {
    const { fault } = this.readId;
    if (fault === null) return this.#purpose.only && this.target !== this.#purpose.app() ? t("setup.fault.id.taken") : null;
    if (!this.#tried && isUnfinished(fault)) return null;
    return fault === "otherRoute" ? t(`setup.fault.id.otherRoute.${this.#purpose.route()}`) : t(`setup.fault.id.${fault}`);
  }

  get secretError(): string | null {
    const { fault } = this.readSecret;
    if (fault === null || (fault === "missing" && this.secretKept) || (!this.#tried && isUnfinished(fault))) return null;
    return t(`setup.fault.secret.${fault}`);
  }

  get nameError(): string | null {
    return [...this.name.trim()].length > NAME ? t("setup.keys.nameLong") : null;
  }

  get configError(): string | null {
    return /^\d*$/.test(this.config.trim()) ? null : t("setup.keys.configLetters");
  }

  /** Saves it with this way back; gives what it is called in commands, or null where something is wrong. */
  async save(ui: Ui, way: Pick<EnteredApp, "door" | "redirect">): Promise<string | null> {
    this.#tried = true;
    if (this.idError ?? this.secretError ?? this.nameError ?? this.configError) return null;
    const route = this.#purpose.route();
    const app_id = this.readId.value;
    const app_secret = this.readSecret.value || null;
    const { target } = this;
    // An app that was saved before and is entered once more keeps what is left empty now.
    const kept = target === this.#purpose.app() ? null : target;
    const config_id = (route === "facebook" && (this.config.trim() || kept?.config_id)) || null;
    const name = this.name.trim() || (kept?.name ?? "");
    const app: EnteredApp = { id: target?.id ?? null, route, app_id, app_secret, name, config_id, ...way };
    // It goes in once; the page keeps nothing of it, whatever becomes of it.
    this.secret = "";
    this.#tried = false;
    if (!(await ui.run(() => ui.commands.save_app({ app })))) return null;
    await tick();
    return `${route}:${app_id}`;
  }
}

/** What the provider says of an app's id and secret. */
export class Checking {
  found = $state.raw<AppCheck | null>(null);
  /** Why it could not be asked, in words. */
  failed = $state<string | null>(null);

  async run(ui: Ui, id: string): Promise<void> {
    this.clear();
    try {
      this.found = await ui.commands.check_app({ id });
    } catch (error) {
      this.failed = t(`error.${errorCode(error)}`);
    }
  }

  clear(): void {
    this.found = null;
    this.failed = null;
  }

  /** Whether nothing stands against going on; what nobody can tell does not. */
  get isFine(): boolean {
    const { found } = this;
    return found !== null && [found.app_id, found.secret].every((it) => it !== "wrong" && it !== "other_product");
  }
}
