//! The REST interface of a NocoBase on loopback, as a real one (2.2.15) was seen to answer: filters compare texts,
//! usernames and phones are unique, a `sub` may stand in several rows and a row may name any account, an answer to an
//! unknown path is its one page with status 200. It can be told to behave badly at a call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use url::Url;

use super::receiver::{self, Received};
use super::setup::Client;

/// The key it accepts.
pub const KEY: &str = "key-of-nocobase-for-these-tests-0123456789";
/// The authenticator that members sign in by.
pub const AUTHENTICATOR: &str = "wecom-oidc";

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, with an error as NocoBase writes one.
    Status(u16),
    /// Its one page, status 200.
    Html,
    /// A redirect to this address.
    Redirect(String),
    /// This body as JSON, status 200.
    Json(String),
    /// No answer at all, and nothing done.
    Hang,
    /// Half an answer.
    Half,
    /// An answer without an end.
    Endless,
    /// It is done, and the answer gets lost.
    Lost,
    /// It says that it is done, and nothing is.
    Pretended,
    /// It waits until this is told.
    Gate(Arc<Notify>),
}

/// A call that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// As in `users:list`.
    pub call: String,
    /// Its query, and behind it its body.
    pub content: String,
}

#[derive(Debug, Default)]
struct World {
    users: BTreeMap<u64, Value>,
    links: Vec<Value>,
    calls: Vec<Called>,
    faults: BTreeMap<String, Fault>,
    hides_roles: bool,
}

/// A small NocoBase.
#[derive(Clone, Debug)]
pub struct Nocobase {
    /// Scheme, host and port.
    pub origin: String,
    world: Arc<Mutex<World>>,
    came: Arc<Notify>,
}

impl Nocobase {
    /// One whose only user is its administrator, number 1.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let nocobase = Self { origin, world: Arc::default(), came: Arc::default() };
        nocobase.adds("nocobase", None, &["root", "admin", "member"]);
        let serving = nocobase.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let nocobase = serving.clone();
                tokio::spawn(async move { nocobase.serve(stream).await });
            }
        });
        nocobase
    }

    /// The client `nocobase` with its table; `keys` are further keys of the table.
    pub fn client(&self, keys: &str) -> Client {
        self.client_with("phone = \"required\"", keys)
    }

    /// The same with other lines of the client.
    pub fn client_with(&self, lines: &str, keys: &str) -> Client {
        let mut client = Client::new("nocobase").with("profile = \"nocobase\"").with(lines).with(&format!(
            "[clients.nocobase]\nurl = \"{}\"\napi_key = \"{KEY}\"\nauthenticator = \"{AUTHENTICATOR}\"\n{keys}",
            self.origin
        ));
        "https://nocobase.example/api/oidc:redirect".clone_into(&mut client.redirect_uri);
        client
    }

    /// Adds a user, as an administrator would; gives its number.
    pub fn adds(&self, username: &str, phone: Option<&str>, roles: &[&str]) -> u64 {
        let mut world = self.lock();
        let id = world.users.keys().last().map_or(1, |last| last + 1);
        let roles: Vec<Value> = roles.iter().map(|name| json!({ "name": name, "title": name })).collect();
        let user = json!({ "id": id, "username": username, "phone": phone, "nickname": username, "roles": roles });
        world.users.insert(id, user);
        id
    }

    /// Adds an ordinary user with this number.
    pub fn has(&self, username: &str, phone: &str) -> u64 {
        self.adds(username, Some(phone), &["member"])
    }

    /// Another number in a user.
    pub fn renumbers(&self, id: u64, phone: &str) {
        self.lock().users.get_mut(&id).expect("a user")["phone"] = json!(phone);
    }

    /// Deletes a user; its links go with it.
    pub fn deletes(&self, id: u64) {
        let mut world = self.lock();
        world.users.remove(&id);
        world.links.retain(|link| link["userId"] != json!(id));
    }

    /// Takes the links of a user away.
    pub fn unlinks(&self, id: u64) {
        self.lock().links.retain(|link| link["userId"] != json!(id));
    }

    /// Links by hand, whoever that may be.
    pub fn links(&self, id: u64, subject: &str) {
        self.lock().links.push(json!({ "userId": id, "authenticator": AUTHENTICATOR, "uuid": subject }));
    }

    /// Who is linked, by the numbers of users.
    pub fn linked(&self) -> BTreeMap<u64, String> {
        let world = self.lock();
        let pairs: Vec<(u64, String)> = world
            .links
            .iter()
            .map(|link| (link["userId"].as_u64().expect("a number"), link["uuid"].as_str().expect("a sub").to_owned()))
            .collect();
        let map: BTreeMap<u64, String> = pairs.iter().cloned().collect();
        assert_eq!(map.len(), pairs.len(), "one link for each user");
        map
    }

    /// A user by its number.
    pub fn user(&self, id: u64) -> Option<Value> {
        self.lock().users.get(&id).cloned()
    }

    /// How many users there are.
    pub fn count(&self) -> usize {
        self.lock().users.len()
    }

    /// From now on this call goes so; `*` is every call.
    pub fn behaves(&self, call: &str, fault: Fault) {
        self.lock().faults.insert(call.to_owned(), fault);
    }

    /// All is well again.
    pub fn recovers(&self) {
        self.lock().faults.clear();
    }

    /// The role of the key is shown no roles.
    pub fn hides_roles(&self) {
        self.lock().hides_roles = true;
    }

    /// The calls that came since this was last asked.
    pub fn taken(&self) -> Vec<Called> {
        std::mem::take(&mut self.lock().calls)
    }

    /// The names of those calls.
    pub fn calls(&self) -> Vec<String> {
        self.taken().into_iter().map(|called| called.call).collect()
    }

    /// Waits until this call came.
    pub async fn called(&self, call: &str) {
        let come = async {
            while !self.lock().calls.iter().any(|called| called.call == call) {
                self.came.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), come).await.expect("the call");
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("the world")
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(received) = receiver::read(&mut stream).await else { return };
        let url = Url::parse(&format!("{}{}", self.origin, received.target)).expect("an address");
        let call = url.path().strip_prefix("/api/").unwrap_or_default().to_owned();
        let fault = {
            let mut world = self.lock();
            let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            world.calls.push(Called { call: call.clone(), content: format!("{query:?} {}", received.body) });
            world.faults.get(&call).or_else(|| world.faults.get("*")).cloned()
        };
        self.came.notify_one();
        let answer = match fault {
            None => self.answer(&call, &url, &received),
            Some(Fault::Gate(gate)) => {
                gate.notified().await;
                self.answer(&call, &url, &received)
            }
            Some(Fault::Status(status)) => told(status, "application/json", &errors("trouble")),
            Some(Fault::Html) => page(),
            Some(Fault::Redirect(to)) => format!("HTTP/1.1 307 Moved\r\nLocation: {to}\r\nConnection: close\r\n\r\n"),
            Some(Fault::Json(body)) => told(200, "application/json; charset=utf-8", &body),
            Some(Fault::Pretended) => told(200, "application/json", "{\"data\":{\"id\":1}}"),
            Some(Fault::Hang) => {
                // Until the other side gives up.
                let _ = stream.read(&mut [0; 1]).await;
                return;
            }
            Some(Fault::Lost) => {
                self.answer(&call, &url, &received);
                return;
            }
            Some(Fault::Half) => {
                let whole = self.answer(&call, &url, &received);
                whole[..whole.len() - 3].to_owned()
            }
            Some(Fault::Endless) => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"data\":[";
                let mut written = stream.write_all(head.as_bytes()).await;
                while written.is_ok() {
                    written = stream.write_all(&[b' '; 4096]).await;
                }
                return;
            }
        };
        // Whoever has hung up hears nothing.
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }

    fn answer(&self, call: &str, url: &Url, received: &Received) -> String {
        if !received.head.contains(&format!("authorization: bearer {KEY}\r\n")) {
            return told(401, "application/json", &errors("Your session has expired. Please sign in again."));
        }
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let filter = match query.get("filter").map(|text| serde_json::from_str::<Map<String, Value>>(text)) {
            None => Map::new(),
            Some(Ok(filter)) => filter,
            Some(Err(_)) => return told(200, "application/json", "{}"),
        };
        let size = query.get("pageSize").map_or(20, |text| text.parse().expect("a size"));
        let mut world = self.lock();
        let hides = world.hides_roles;
        let shown = |user: &Value| shown(user, &query, hides);
        match (received.method.as_str(), call) {
            ("GET", "users:list") => list(world.users.values().filter(|user| fits(user, &filter)).map(shown), size),
            ("GET", "usersAuthenticators:list") => {
                list(world.links.iter().filter(|link| fits(link, &filter)).cloned(), size)
            }
            ("GET", "users:get") => {
                let id: u64 = query["filterByTk"].parse().expect("a number");
                told(
                    200,
                    "application/json; charset=utf-8",
                    &json!({ "data": world.users.get(&id).map(shown) }).to_string(),
                )
            }
            ("POST", "users:create") => {
                let row: Value = serde_json::from_str(&received.body).expect("JSON");
                for unique in ["username", "phone"] {
                    if world.users.values().any(|user| !user[unique].is_null() && user[unique] == row[unique]) {
                        return told(400, "application/json", &errors(&format!("{unique} already exists")));
                    }
                }
                let id = world.users.keys().last().map_or(1, |last| last + 1);
                let mut user = row;
                user["id"] = json!(id);
                user["roles"] = json!([{ "name": "member", "title": "Member" }]);
                world.users.insert(id, user.clone());
                told(200, "application/json", &json!({ "data": user }).to_string())
            }
            ("POST", "usersAuthenticators:create") => {
                let row: Value = serde_json::from_str(&received.body).expect("JSON");
                let same =
                    |link: &Value| link["userId"] == row["userId"] && link["authenticator"] == row["authenticator"];
                if world.links.iter().any(same) {
                    return told(400, "application/json", &errors("authenticator already exists"));
                }
                world.links.push(row.clone());
                told(200, "application/json", &json!({ "data": row }).to_string())
            }
            _ if url.path().starts_with("/api/") => told(404, "text/plain", "Not Found"),
            _ => page(),
        }
    }
}

/// A filter of texts and numbers, compared exactly, and of the ends of texts.
fn fits(row: &Value, filter: &Map<String, Value>) -> bool {
    filter.iter().all(|(key, wanted)| match wanted.get("$endsWith").and_then(Value::as_str) {
        Some(end) => row[key].as_str().is_some_and(|text| text.ends_with(end)),
        None => row[key] == *wanted,
    })
}

/// What the query asks to see of a user.
fn shown(user: &Value, query: &BTreeMap<String, String>, hides_roles: bool) -> Value {
    let mut shown = user.clone();
    let fields = query.get("fields").map(|fields| fields.split(',').map(str::to_owned).collect::<Vec<_>>());
    let roles = !hides_roles && query.get("appends").is_some_and(|appends| appends == "roles");
    let asked = |key: &str| match key {
        "roles" => roles,
        "id" => true,
        key => fields.as_ref().is_none_or(|fields| fields.iter().any(|field| field == key)),
    };
    shown.as_object_mut().expect("a user").retain(|key, _| asked(key));
    shown["createdAt"] = json!("2026-11-26T10:06:20.189Z");
    shown
}

fn list(rows: impl Iterator<Item = Value>, size: usize) -> String {
    let rows: Vec<Value> = rows.collect();
    let meta = json!({ "count": rows.len(), "page": 1, "pageSize": size, "totalPage": rows.len().div_ceil(size) });
    let data: Vec<&Value> = rows.iter().take(size).collect();
    told(200, "application/json; charset=utf-8", &json!({ "data": data, "meta": meta }).to_string())
}

fn errors(message: &str) -> String {
    json!({ "errors": [{ "message": message }] }).to_string()
}

fn page() -> String {
    told(200, "text/html; charset=utf-8", "<!DOCTYPE html><title>NocoBase</title>")
}

fn told(status: u16, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
