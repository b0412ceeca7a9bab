// openid-client 6, with the application of docs/clients/openid-client.md.

import { fileURLToPath } from "node:url";
import { application } from "./applications.mjs";
import { running } from "./sample.mjs";

const argv = [fileURLToPath(new URL("node/openid_client_app.mjs", import.meta.url))];
const node = { program: process.execPath, argv, listening: /listening on 127\.0\.0\.1:(\d+)/ };

application("openid-client 6", (t, more) => running(t, "openid-client", more, node), { pinned: "RS256" });
