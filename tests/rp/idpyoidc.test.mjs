// idpyoidc, with the application of docs/clients/idpyoidc.md.

import { application } from "./applications.mjs";
import { flask } from "./python.mjs";

application("idpyoidc", (t, more) => flask(t, "idpyoidc", more), { pinned: "RS256" });
