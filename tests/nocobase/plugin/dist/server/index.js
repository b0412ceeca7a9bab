// An authentication type for a real NocoBase, written by hand and served as it stands; NocoBase wants its files below
// `dist`. What it asks of a provider is in tests/rp/nocobase.mjs, which the tests of relying parties run as well. How
// it finds the user, what it keeps and where it sends the browser follows NocoBase's generic OIDC authenticator.

"use strict";

const { randomUUID } = require("node:crypto");
const { realpathSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { BaseAuth } = require("@nocobase/auth");
const { Plugin } = require("@nocobase/server");

const TYPE = "OIDC";
const COOKIE = "nocobase_oidc";
// NocoBase reaches this file by a link.
const CALLS = pathToFileURL(join(realpathSync(__dirname), "../../../../rp/nocobase.mjs"));

class OidcAuth extends BaseAuth {
  constructor(config) {
    super({ ...config, userCollection: config.ctx.db.getCollection("users") });
  }

  /** Where members reach this NocoBase: the host that the browser named, and two fields of the form. */
  get origin() {
    const { http, port } = this.options;
    return `${http ? "http" : "https"}://${this.ctx.hostname}${port ? `:${port}` : ""}`;
  }

  async provider() {
    const { Nocobase } = await import(CALLS);
    return new Nocobase({
      ...this.options,
      redirectUri: `${this.origin}/api/oidc:redirect`,
      postLogoutRedirectUri: `${this.origin}/signin?redirect=`,
    });
  }

  async authUrl(redirect) {
    const token = randomUUID();
    this.ctx.cookies.set(COOKIE, token, { httpOnly: true });
    const provider = await this.provider();
    return provider.authUrl({ token, redirect, name: this.authenticator.name });
  }

  /** The user whom this sign-in is of; BaseAuth does the rest. */
  async validate() {
    if (stateOf(this.ctx).get("token") !== this.ctx.cookies.get(COOKIE)) throw new Error("The state does not match");
    const provider = await this.provider();
    const { sub, ...claims } = await provider.validate(this.ctx.href);
    const known = await this.authenticator.findUser(sub);
    return known ?? (await this.bound(sub, claims)) ?? (await this.signedUp(sub, claims));
  }

  /** A user who was there before, by e-mail or username. */
  async bound(sub, claims) {
    const field = this.options.userBindField;
    const user = claims[field] && (await this.userRepository.findOne({ filter: { [field]: claims[field] } }));
    if (user) await this.authenticator.addUser(user, { through: { uuid: sub } });
    return user || undefined;
  }

  async signedUp(sub, { username, nickname, name, email, phone }) {
    if (!this.options.autoSignup) throw new Error("User not found");
    return this.authenticator.newUser(sub, { username, nickname: nickname ?? name ?? sub, email, phone });
  }

  /** NocoBase's page goes where `redirect` says. */
  async signOut() {
    await super.signOut();
    if (!this.options.enableLogout) return;
    const provider = await this.provider();
    this.ctx.body = { redirect: await provider.logoutUrl() };
  }
}

/** The state as it was before it was encoded twice. */
function stateOf(ctx) {
  return new URLSearchParams(decodeURIComponent(ctx.query.state ?? ""));
}

const actions = {
  async getAuthUrl(ctx, next) {
    ctx.body = await ctx.auth.authUrl(ctx.action.params.values?.redirect ?? "/admin");
    await next();
  },

  async redirect(ctx, next) {
    const state = stateOf(ctx);
    const authenticator = state.get("name");
    let page = state.get("redirect") || "/admin";
    const query = new URLSearchParams({ authenticator });
    try {
      const auth = await ctx.app.authManager.get(authenticator, ctx);
      query.set("token", (await auth.signIn()).token);
    } catch (error) {
      ctx.logger.error(error, { method: "oidc:redirect" });
      query.set("error", error.message);
      query.set("redirect", page);
      page = "/signin";
    }
    ctx.redirect(`${page}${page.includes("?") ? "&" : "?"}${query}`);
    await next();
  },
};

class OidcPlugin extends Plugin {
  async load() {
    this.app.authManager.registerTypes(TYPE, {
      auth: OidcAuth,
      title: TYPE,
      getPublicOptions: ({ autoRedirect }) => ({ autoRedirect }),
    });
    this.app.resourceManager.define({ name: "oidc", actions });
    this.app.acl.allow("oidc", "*", "public");
  }
}

module.exports = OidcPlugin;
