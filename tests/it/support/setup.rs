//! The configuration of a test, as the TOML text that an administrator would write.

use std::fmt::Write as _;

use wecom_sim::Simulator;

/// The corp of the simulator's sample.
pub const CORP: &str = "ww0123456789abcdef";
/// The secret of its ordinary app.
pub const SECRET: &str = "sim-secret-of-app-1000002-not-a-real-one-00";
/// The second corp.
pub const SECOND_CORP: &str = "wwfedcba9876543210";
/// The secret of the second corp's app.
pub const SECOND_SECRET: &str = "sim-secret-of-the-second-corp-not-real-0000";
/// The secret of the first corp's app that sees everybody.
pub const WIDE_SECRET: &str = "sim-secret-of-app-1000003-not-a-real-one-00";

/// A client as its application knows itself.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; public clients have none.
    pub secret: Option<String>,
    /// Where answers go.
    pub redirect_uri: String,
    /// Further lines of its table.
    lines: String,
}

impl Client {
    /// A confidential client with an address of its own name.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: Some(format!("secret-of-{id}-0123456789abcdef")),
            redirect_uri: format!("https://{id}.example/callback"),
            lines: String::new(),
        }
    }

    /// NocoBase, as `config.toml` has it.
    pub fn nocobase() -> Self {
        let mut client = Self::new("nocobase").with("profile = \"nocobase\"\nphone = \"required\"");
        "https://nocobase.example/api/oidc:redirect".clone_into(&mut client.redirect_uri);
        client
    }

    /// A client that keeps no secret.
    pub fn public(id: &str) -> Self {
        Self { secret: None, ..Self::new(id).with("token_endpoint_auth_method = \"none\"") }
    }

    /// A client that proves itself by a key: `lines` say by which.
    pub fn keyed(id: &str, lines: &str) -> Self {
        Self { secret: None, ..Self::new(id).with(lines) }
    }

    /// Further lines of its table.
    pub fn with(mut self, lines: &str) -> Self {
        self.lines.push_str(lines);
        self.lines.push('\n');
        self
    }

    /// Another secret than the one that the application will present, or its hash: `line` is written instead.
    pub fn proven_by(mut self, secret: &str, line: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self.lines.insert_str(0, &format!("{line}\n"));
        self
    }

    fn table(&self) -> String {
        let mut table = format!(
            "[[clients]]\nclient_id = \"{id}\"\nclient_name = \"Application {id}\"\nredirect_uris = [\"{uri}\"]\n",
            id = self.id,
            uri = self.redirect_uri
        );
        if let Some(secret) = self.secret.as_ref().filter(|_| !self.lines.contains("client_secret_hash")) {
            writeln!(table, "client_secret = \"{secret}\"").expect("text");
        }
        if !self.lines.contains("home_url") {
            writeln!(table, "home_url = \"https://{}.example/home\"", self.id).expect("text");
        }
        if !self.lines.contains("post_logout_redirect_uris") {
            writeln!(table, "post_logout_redirect_uris = [\"https://{}.example/bye\"]", self.id).expect("text");
        }
        table + &self.lines
    }
}

/// A configuration to be.
#[derive(Clone, Debug)]
pub struct Setup {
    path: String,
    sled: bool,
    tls: bool,
    server: String,
    connection: String,
    further: Vec<String>,
    tables: String,
    /// Its clients, in order.
    pub clients: Vec<Client>,
}

impl Default for Setup {
    /// One connection, `main`, and two clients, `app` and `other`; everything in memory.
    fn default() -> Self {
        Self::of([Client::new("app"), Client::new("other")])
    }
}

impl Setup {
    /// These clients, in memory, with one connection.
    pub fn of(clients: impl IntoIterator<Item = Client>) -> Self {
        Self {
            path: String::new(),
            sled: false,
            tls: false,
            server: String::new(),
            connection: String::new(),
            further: Vec::new(),
            tables: String::new(),
            clients: clients.into_iter().collect(),
        }
    }

    /// Keeps everything in a folder.
    pub fn on_sled(mut self) -> Self {
        self.sled = true;
        self
    }

    /// Listens with TLS, by the certificate of [`super::http::certificate`].
    pub fn over_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Further lines of `[server]`.
    pub fn server(mut self, lines: &str) -> Self {
        self.server.push_str(lines);
        self.server.push('\n');
        self
    }

    /// An issuer with this path.
    pub fn below(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// A second connection, `second`, to the second corp.
    pub fn with_second_corp(mut self) -> Self {
        self.further.push(table("second", SECOND_CORP, 1_000_002, SECOND_SECRET));
        self
    }

    /// A further connection, `wide`, to an app of the first corp that sees everybody.
    pub fn with_second_app(mut self) -> Self {
        self.further.push(table("wide", CORP, 1_000_003, WIDE_SECRET));
        self
    }

    /// Further lines of the connection `main`.
    pub fn connection(mut self, lines: &str) -> Self {
        self.connection.push_str(lines);
        self.connection.push('\n');
        self
    }

    /// Further tables.
    pub fn tables(mut self, text: &str) -> Self {
        self.tables.push_str(text);
        self.tables.push('\n');
        self
    }

    /// The exact `iss` when the bridge listens on this port.
    pub fn issuer(&self, port: u16) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{port}{}", self.path)
    }

    /// The whole text.
    pub fn text(&self, port: u16, admin_port: u16, sim: &Simulator) -> String {
        let store = if self.sled { "backend = \"sled\"\npath = \"data\"" } else { "backend = \"memory\"" };
        let addresses = format!(
            "api_url = \"{}\"\nauthorize_url = \"{}\"\nlogin_url = \"{}\"\n",
            sim.api_url(),
            sim.authorize_url(),
            sim.login_url()
        );
        let mut text = format!(
            "issuer = \"{issuer}\"\n[server]\nlisten = \"127.0.0.1:{port}\"\nadmin_listen = \"127.0.0.1:{admin_port}\"\n{tls}{server}\
             [store]\n{store}\n[keys]\ndir = \"keys\"\n[wecom.main]\ncorp_id = \"{CORP}\"\nagent_id = 1000002\n\
             secret = \"{SECRET}\"\n{addresses}{connection}",
            issuer = self.issuer(port),
            server = self.server,
            connection = self.connection,
            tls = if self.tls { "tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n" } else { "" },
        );
        for connection in &self.further {
            text.push_str(connection);
            text.push_str(&addresses);
        }
        text.push_str(&self.tables);
        for client in &self.clients {
            text.push_str(&client.table());
        }
        text
    }
}

fn table(name: &str, corp: &str, agent: u32, secret: &str) -> String {
    format!("[wecom.{name}]\ncorp_id = \"{corp}\"\nagent_id = {agent}\nsecret = \"{secret}\"\n")
}
