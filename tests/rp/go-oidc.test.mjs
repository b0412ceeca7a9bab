// go-oidc, with the application of docs/clients/go-oidc.md.

import { before } from "node:test";
import { application } from "./applications.mjs";
import { NO_GO, compiled } from "./go.mjs";
import { running } from "./sample.mjs";

let program;
if (!NO_GO) before(() => (program = compiled()));

const listening = /listening on 127\.0\.0\.1:(\d+)/;

application("go-oidc", (t, more) => running(t, "go-oidc", more, { program, argv: [], listening }), {
  pinned: "RS256",
  skip: NO_GO,
});
