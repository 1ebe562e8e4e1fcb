/**
 * Records what crosses between core and page: every event by listening as the page does, every
 * answer by listening at `fetch`, which carries Tauri's calls. The first snapshot came before
 * anybody could listen, so it is asked for once more.
 */
export async function listenIn(session) {
  await session.run(`async () => {
    if (window.overheard !== undefined) return;
    window.overheard = [];
    const note = (text) => window.overheard.push(text);
    const { fetch } = window;
    window.fetch = async (...call) => {
      const answer = await fetch(...call);
      answer.clone().text().then((text) => note(String(call[0]?.url ?? call[0]) + " " + text));
      return answer;
    };
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    for (const event of ["patch", "reset", "navigate"]) {
      const handler = transformCallback((message) => note(event + " " + JSON.stringify(message)));
      await invoke("plugin:event|listen", { event, target: { kind: "Any" }, handler });
    }
    await invoke("snapshot", { from: 0 });
  }`);
}

export async function overheard(session) {
  return (await session.run(`() => window.overheard ?? []`)).join("\n");
}
