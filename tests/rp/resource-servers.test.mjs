// A resource server in Python that verifies access tokens as docs/clients/resource-servers.md shows it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { LIMIT } from "./harness.mjs";
import { block } from "./page.mjs";
import { login, portal } from "./portal.mjs";
import { PYTHON } from "./python.mjs";
import { Visitor } from "./visitor.mjs";

const RESOURCE = "https://api.example.com";

test("a resource server on PyJWT takes what is for it, and nothing else", LIMIT, async (t) => {
  const client = { access_token_format: "jwt", resources: [RESOURCE, "https://files.example.com"] };
  const { world, config } = await portal(t, { client });
  const tokens = async (resource) => (await login(Visitor.inWecom(world, "zhangsan"), config, resource && { resource })).exchange();
  const [mine, others, ours] = [await tokens(RESOURCE), await tokens("https://files.example.com"), await tokens()];

  const { issuer } = world;
  const program = `${block("resource-servers", "python", { issuer })}
import json, sys
for token in sys.argv[1:]:
    try:
        print(json.dumps(member(token)["sub"]))
    except jwt.InvalidTokenError as error:
        print(json.dumps({"refused": type(error).__name__}))
`;
  const given = [mine.access_token, others.access_token, ours.access_token, mine.id_token, mine.access_token.slice(0, -8) + "AAAAAAAA"];
  const { stdout } = await promisify(execFile)(PYTHON, ["-c", program, ...given]);
  assert.deepEqual(stdout.trim().split("\n").map((line) => JSON.parse(line)), [
    mine.claims().sub,
    { refused: "InvalidAudienceError" },
    { refused: "InvalidAudienceError" },
    { refused: "InvalidTokenError" },
    { refused: "InvalidSignatureError" },
  ]);
});
