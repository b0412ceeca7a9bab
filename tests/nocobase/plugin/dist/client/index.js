// The half of the plugin that runs in the browser: a button on the page for signing in, and for visitors who are not
// signed in the way to the provider without a click.

define("@wecom-oidc/plugin-oidc", ["react", "antd", "@nocobase/client", "@nocobase/plugin-auth/client"], (React, antd, nocobase, auth) => {
  const TYPE = "OIDC";

  async function begin(api, name, redirect) {
    const { data } = await api.request({
      method: "post",
      url: "oidc:getAuthUrl",
      headers: { "X-Authenticator": name },
      data: { redirect },
    });
    window.location.replace(data.data);
  }

  function SignInButton({ authenticator: { name, title } }) {
    const api = nocobase.useAPIClient();
    const query = new URLSearchParams(window.location.search);
    const failure = query.get("authenticator") === name && query.get("error");
    const onClick = () => begin(api, name, query.get("redirect") || "/admin");
    return React.createElement(
      React.Fragment,
      null,
      failure && React.createElement(antd.Alert, { type: "error", message: React.createElement("span", { id: "oidc-error" }, failure) }),
      React.createElement(antd.Button, { id: `oidc-${name}`, block: true, onClick }, title),
    );
  }

  class OidcPlugin extends nocobase.Plugin {
    async load() {
      this.app.pm.get(auth.default).registerType(TYPE, { components: { SignInButton } });
      const { pathname, search } = window.location;
      const isVisitor = !this.app.apiClient.auth.token && !new URLSearchParams(search).has("token");
      if (!isVisitor || /^\/(signin|signup|forgot-password|reset-password)\b/.test(pathname)) return;
      const { data } = await this.app.apiClient.resource("authenticators").publicList();
      const automatic = data.data.find(({ authType, options }) => authType === TYPE && options.autoRedirect);
      if (!automatic) return;
      await begin(this.app.apiClient, automatic.name, pathname === "/" ? "/admin" : pathname + search);
      // The browser leaves: nothing of NocoBase is to be shown before.
      await new Promise(() => {});
    }
  }

  return { default: OidcPlugin };
});
