import start from "virtual:words/app+nav+status+reason+list+menu+time+action+undo+order";
import type { Words } from "./words";

export type WordKey = keyof Words;
/** What a message needs beside its key: nothing, or its parameters. */
export type Params<K extends WordKey> = Words[K] extends null ? [] : [Words[K]];
type Values = Record<string, string | number>;
type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;

/** A message in pieces; a piece with `name` holds the value of that parameter. */
export interface Piece {
  text: string;
  name: string | null;
}

/** The language of the page. English is the only one so far; the document says which. */
export const locale = "en";

/** Numbers and dates follow the person's own region, where its language is the page's. */
export const region = navigator.language.startsWith(locale) ? navigator.language : "en-GB";

const messages = new Map<string, Message>();
learn(start);
const plurals = new Intl.PluralRules(locale);
const figures = new Intl.NumberFormat(region);

/** Adds the words of some areas, packed by build/words.js: those of a screen come with the screen. */
export function learn(words: Record<string, string>): void {
  for (const [area, lines] of Object.entries(words)) {
    let key = "";
    for (const line of lines.split("\n")) {
      const space = line.indexOf(" ");
      const [given = "", category] = line.slice(0, space).split("#");
      const own = given.replace(/^\.+/, "");
      if (own !== "") key = [...key.split(".").slice(0, given.length - own.length), own].join(".");
      const name = `${area}.${key}`;
      const text = line.slice(space + 1);
      if (text === "=") messages.set(name, renamed(messages.get(name.slice(0, name.lastIndexOf("."))) ?? ""));
      else messages.set(name, category === undefined ? text : { ...(messages.get(name) as object | undefined), [category]: text });
    }
  }
}

function renamed(message: Message): Message {
  const other = (text: string): string => text.replaceAll("Instagram", "Facebook");
  return typeof message === "string" ? other(message) : Object.fromEntries(Object.entries(message).map(([category, text]) => [category, other(text)]));
}

/** The text of `key`. Messages are whole sentences; nothing is glued to them. */
export function t<K extends WordKey>(key: K, ...params: Params<K>): string {
  return pieces(key, ...params)
    .map((piece) => piece.text)
    .join("");
}

/** The text of `key` in pieces, so that names can be set apart from the sentence around them. */
export function pieces<K extends WordKey>(key: K, ...params: Params<K>): Piece[] {
  const values: Values = params[0] ?? {};
  return pattern(key, values)
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name === undefined ? { text: part, name: null } : { text: show(values[name]), name };
    });
}

function pattern(key: string, values: Values): string {
  const message = messages.get(key);
  if (message === undefined) throw new Error(`No words for ${key}`);
  if (typeof message === "string") return message;
  const category = plurals.select(Number(values["count"]));
  return message[category] ?? message.other ?? key;
}

function show(value: string | number | undefined): string {
  return typeof value === "number" ? number(value) : (value ?? "");
}

/** Who is spoken of: the route an account came by, or `mixed` for accounts of both. */
export type Voice = "instagram" | "facebook" | "mixed";

/** The key of the words that name the right route: its own where there are some (`<key>.facebook`), else `key` itself. */
export function routed<K extends WordKey>(key: K, voice: Voice): K {
  const own = `${key}.${voice}`;
  return voice !== "instagram" && messages.has(own) ? (own as K) : key;
}

/** "1,204" in the person's own figures. */
export function number(value: number): string {
  return figures.format(value);
}

/** "a, b and c" in the page's language. */
export function list(items: string[]): string {
  return new Intl.ListFormat(region, { type: "conjunction" }).format(items);
}
