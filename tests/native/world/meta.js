// The stand-in's Meta apps, by the numbers it gives them (sandbox::Config, `MetaApp::numbered`).

/** The first app's other pair of numbers: those of Facebook Login (sandbox::PRACTICE_FACEBOOK_APP_ID and its secret). */
export const facebookApp = { id: "880000000000001", secret: "a9b8c7d6e5f40312233445566778899a" };

/** Saves an app as a person would have done before; gives what commands call it. */
export async function enterApp(window, { route = "instagram", id, secret, name = "", door = null, redirect = null, config = null }) {
  const app = { id: null, route, app_id: id, app_secret: secret, name, door, redirect, config_id: config };
  await window.ask("save_app", { app });
  return `${route}:${id}`;
}
