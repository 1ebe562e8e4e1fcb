// The same mark as the app's own page, so that both first frames are read in one way.
requestAnimationFrame(() => {
  performance.mark("relink-first-frame");
  document.documentElement.dataset.ready = "true";
});
