// An application for a real browser to sign in to: openid-client 6 behind four addresses.
//
//   /          the home page
//   /login     begins a sign-in; its query goes into the authorization request
//   /callback  takes the answer, by GET or as a form, and shows the claims in #claims or the error in #error;
//              with `onward` it redirects on to there instead of showing claims
//   /logout    signs out at the provider, without a hint
//   /told      is told of a sign-out through the browser: forgets whoever is signed in; with `silent` it never answers

import { createServer } from "node:http";
import * as oidc from "openid-client";
import { listen } from "./harness.mjs";

/** Where an application stands: on loopback, without TLS. With a `fetch` of its own it reaches bridges over https. */
const LOOPBACK = { serve: async (t, handler) => `http://127.0.0.1:${await listen(t, createServer(handler))}` };

/** By which an application knows who is signed in. */
export const COOKIE = "signed-in";
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=None";

export class Application {
  /** Takes an address; `client()` is its table in the bridge's configuration. */
  static async start(t, name, more = {}, place = LOOPBACK) {
    const application = new Application();
    Object.assign(application, { name, more, place, pending: new Map(), told: [] });
    application.origin = await place.serve(t, (request, response) => {
      application.answer(request, response).catch((error) => {
        const detail = { error: error.error ?? error.code, description: String(error.error_description ?? error) };
        show(response, 400, "error", detail);
      });
    });
    return application;
  }

  client() {
    return {
      client_id: this.name.toLowerCase(),
      client_secret: `${this.name}-secret-of-these-tests-only`,
      client_name: this.name,
      redirect_uris: [`${this.origin}/callback`],
      post_logout_redirect_uris: [`${this.origin}/signed-out`],
      home_url: `${this.origin}/`,
      ...Object.fromEntries(Object.entries(this.more).map(([key, value]) => [key, value?.call?.(this, this.origin) ?? value])),
    };
  }

  /** Finds the bridge. */
  async meet(issuer) {
    const { client_id: id, client_secret: secret } = this.client();
    const { fetch } = this.place;
    const options = fetch ? { [oidc.customFetch]: fetch } : { execute: [oidc.allowInsecureRequests] };
    this.config = await oidc.discovery(new URL(issuer), id, secret, undefined, options);
  }

  async answer(request, response) {
    const address = new URL(request.url, this.origin);
    switch (address.pathname) {
      case "/":
        return show(response, 200, "home", this.name);
      case "/login": {
        const verifier = oidc.randomPKCECodeVerifier();
        const [nonce, state] = [oidc.randomNonce(), oidc.randomState()];
        this.pending.set(state, { verifier, nonce });
        return go(
          response,
          oidc.buildAuthorizationUrl(this.config, {
            redirect_uri: `${this.origin}/callback`,
            scope: "openid profile email phone",
            code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
            code_challenge_method: "S256",
            nonce,
            state,
            ...Object.fromEntries(address.searchParams),
          }),
        );
      }
      case "/callback": {
        const form = request.method === "POST" ? await body(request) : address.search.slice(1);
        // A state stays good, so that a browser that comes again with a fresh code is let in.
        const pending = this.pending.get(new URLSearchParams(form).get("state"));
        const tokens = await oidc.authorizationCodeGrant(this.config, new URL(`/callback?${form}`, this.origin), {
          pkceCodeVerifier: pending?.verifier,
          expectedNonce: pending?.nonce,
          expectedState: new URLSearchParams(form).get("state") ?? undefined,
          idTokenExpected: true,
        });
        if (this.onward) return go(response, this.onward);
        const idToken = tokens.claims();
        const claims = await oidc.fetchUserInfo(this.config, tokens.access_token, idToken.sub);
        // A cookie that a frame on another site may still take away.
        if (this.origin.startsWith("https:")) response.setHeader("set-cookie", `${COOKIE}=1; ${ATTRIBUTES}`);
        return show(response, 200, "claims", { ...claims, auth_time: idToken.auth_time, by: request.method });
      }
      case "/logout":
        return go(
          response,
          oidc.buildEndSessionUrl(this.config, { post_logout_redirect_uri: `${this.origin}/signed-out`, state: "bye" }),
        );
      case "/told":
        this.told.push({ query: Object.fromEntries(address.searchParams), headers: request.headers });
        if (this.silent) return undefined;
        response.setHeader("set-cookie", `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`);
        return show(response, 200, "told", true);
      case "/signed-out":
        return show(response, 200, "signed-out", address.searchParams.get("state"));
      default:
        response.writeHead(204).end();
    }
  }
}

function go(response, address) {
  response.writeHead(303, { location: address.href, "cache-control": "no-store" }).end();
}

function show(response, status, id, value) {
  const text = JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("&", "\\u0026");
  const html = `<!doctype html><link rel="icon" href="data:,"><meta charset="utf-8"><title>${id}</title><pre id="${id}">${text}</pre>`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(html);
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
