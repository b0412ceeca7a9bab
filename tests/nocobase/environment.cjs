// What NocoBase's command line sets up before it starts the server.
const { join } = require("node:path");
const { generateAppDir, initEnv } = require(join(process.cwd(), "node_modules/@nocobase/cli-v1/src/util"));

initEnv();
generateAppDir();
