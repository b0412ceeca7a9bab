// Authlib, with the application of docs/clients/authlib.md.

import { application } from "./applications.mjs";
import { flask } from "./python.mjs";

application("Authlib", (t, more) => flask(t, "authlib", more));
