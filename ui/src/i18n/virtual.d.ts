declare module "virtual:words/*" {
  /** By area; the messages of each as build/words.js packs them. */
  const words: Record<string, string>;
  export default words;
}
