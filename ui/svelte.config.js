/** The page's scoped styles go into the style sheet: the content policy refuses inline ones. */
export default {
  compilerOptions: { runes: true, css: "external", cssHash: ({ hash, filename }) => `r${hash(filename).slice(0, 4)}` },
};
