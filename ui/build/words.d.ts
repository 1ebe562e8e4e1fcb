import type { Plugin } from "vite";

export function readMessages(): Record<string, string | Record<string, string>>;
export function words(): Plugin;
export function pack(messages: [string, string | Record<string, string>][]): string;
export function renderTypes(messages: Record<string, string | Record<string, string>>): string;
