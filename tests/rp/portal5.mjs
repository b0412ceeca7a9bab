// The same application on openid-client 5.7.1, which many carry still.

import { Issuer, generators } from "openid-client-5";
import { World } from "./harness.mjs";
import { PORTAL, application } from "./portal.mjs";
import { Visitor } from "./visitor.mjs";

/** A bridge with this client, and the library's client for it. */
export async function portal5(t, { table = {}, metadata = {}, jwks } = {}) {
  const client = { ...PORTAL, ...table };
  const world = await World.start(t, { clients: [client] });
  const { Client } = await Issuer.discover(world.issuer);
  const { client_id, client_secret, token_endpoint_auth_method } = client;
  const options = { client_id, client_secret, redirect_uris: [application], ...(token_endpoint_auth_method && { token_endpoint_auth_method }) };
  return { world, library: new Client({ ...options, ...metadata }, jwks && { keys: jwks }) };
}

/** One login; `through` turns the parameters of the request into those of the address. */
export async function login5({ world, library }, through = (parameters) => parameters) {
  const [verifier, nonce, state] = [generators.codeVerifier(), generators.nonce(), generators.state()];
  const challenge = { code_challenge: generators.codeChallenge(verifier), code_challenge_method: "S256" };
  const request = { scope: "openid profile phone offline_access", response_type: "code", redirect_uri: application, nonce, state, ...challenge };
  const url = library.authorizationUrl(await through(request));
  const { address } = await Visitor.inWecom(world, "zhangsan").open(url, { application });
  const checks = { code_verifier: verifier, nonce, state, response_type: "code" };
  return library.callback(application, library.callbackParams(address), checks);
}
