import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstLine, start } from "./processes.js";

// No service directories: nothing of the person's desktop is started on behalf of a test, no key store either.
const configuration = (folder) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** A session bus of its own for one test. Gives the value for DBUS_SESSION_BUS_ADDRESS. */
export async function openBus(world) {
  const file = join(world.folder, "bus.conf");
  writeFileSync(file, configuration(world.runtime));
  const daemon = start("dbus-daemon", ["--config-file", file, "--nofork", "--print-address"], {
    env: world.env,
    log: world.log("bus"),
    pipes: ["stdout"],
  });
  const address = await firstLine(daemon.child.stdout, "dbus-daemon");
  return { address, stop: () => daemon.stop() };
}
