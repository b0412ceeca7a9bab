//! `[[clients]]`: the list of relying parties, and the keys of each one that concern who comes in and where they go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use crate::domain::client::{ApplicationType, PhoneFormat, PhonePolicy, Profile, SubjectSource};
use crate::domain::ids::{ClientId, ConnectionName, CorpId, UserId};
use crate::domain::redirect::RedirectUri;

use super::address::{PlainHttp, Shape};
use super::admins::known_connection;
use super::client::{Allow, Client};
use super::model::{Connection, Lifetimes};
use super::reading::{Found, Place};
use super::schema;
use super::section::Section;
use super::{client_claims, client_keys, client_logout, client_protocol, client_secret, client_tokens};
use super::{lifetimes, nocobase};

/// What the rest of the file says that a client depends on.
pub(super) struct House<'a> {
    /// Whether the issuer is this very machine; taken as yes when the issuer itself is at fault.
    pub loopback: bool,
    /// Every connection by name.
    pub connections: &'a BTreeSet<ConnectionName>,
    /// Those that can be used.
    pub usable: &'a BTreeMap<ConnectionName, Arc<Connection>>,
    /// `[lifetimes]`.
    pub lifetimes: &'a Lifetimes,
}

/// Reads every client.
pub(super) fn clients(root: &Section<'_>, house: &House<'_>) -> BTreeMap<ClientId, Arc<Client>> {
    let sections = root.tables("clients", &schema::CLIENT);
    if !root.has("clients") || root.has_empty_list("clients") {
        let remedy = "write a [[clients]] table for each application";
        root.reading.warning(&root.place_of("clients"), "has no client, so nobody can sign in anywhere", remedy);
    }
    let (mut clients, mut seen) = (BTreeMap::new(), BTreeMap::<ClientId, Place>::new());
    for section in &sections {
        let id = client_id(section);
        if let Some(id) = &id {
            if let Some(first) = seen.get(id) {
                let what = format!("is the client_id of {} too", first.key);
                section.reading.error(&section.place_of("client_id"), what, "give each client its own");
            }
            seen.entry(id.clone()).or_insert_with(|| section.place());
        }
        if let Some(client) = client(section, id, house) {
            clients.insert(client.client_id.clone(), Arc::new(client));
        }
    }
    clients
}

fn client_id(section: &Section<'_>) -> Option<ClientId> {
    section.require("client_id", "choose a name of letters, digits and . - _ ~; the application is given the same");
    let text = section.text("client_id")?;
    ClientId::parse(&text.value)
        .map_err(|why| section.reading.error(&text.place, why.to_string(), format!("write {}", why.rule)))
        .ok()
}

fn client(section: &Section<'_>, id: Option<ClientId>, house: &House<'_>) -> Option<Client> {
    let profile: Profile = section.word("profile").map(|found| found.value).unwrap_or_default();
    let application_type: ApplicationType =
        section.word("application_type").map(|found| found.value).unwrap_or_default();
    let native = application_type == ApplicationType::Native;
    let auth = client_secret::authentication(section, house.loopback);
    let name = section.label("client_name", 128).map(|found| found.value);
    let connections = connections(section, house);
    let usable = connections.iter().filter_map(|name| house.usable.get(name));
    let corps: BTreeSet<CorpId> = usable.map(|connection| connection.corp_id.clone()).collect();
    let redirect_uris = redirect_uris(section, house, native);
    let phone = section.word::<PhonePolicy>("phone").map(|found| found.value).unwrap_or_default();
    let subject = subject(section, &corps);
    let client = Client {
        secret: auth.secret,
        name: name.or_else(|| id.as_ref().map(ToString::to_string)).unwrap_or_default(),
        sector: client_tokens::sector(section, &redirect_uris),
        redirect_uris,
        post_logout_redirect_uris: addresses(section, "post_logout_redirect_uris", house, native),
        home_url: page(section, "home_url", house, Shape::PageWithFragment),
        initiate_login_uri: page(section, "initiate_login_uri", house, Shape::Page),
        backchannel_logout_uri: client_logout::backchannel(section, house.loopback),
        frontchannel_logout_uri: client_logout::frontchannel(section, house.loopback),
        profile,
        phone,
        phone_format: phone_format(section, profile),
        subject,
        connections,
        corps,
        allow: allow(section),
        auth_method: auth.method,
        keys: client_keys::keys(section, page(section, "jwks_uri", house, Shape::Page)),
        id_token_alg: client_protocol::word(section, "id_token_signed_response_alg"),
        require_pkce: client_protocol::require_pkce(section, auth.public),
        require_pushed: section.flag("require_pushed_authorization_requests").is_some_and(|found| found.value),
        introspection_alg: client_tokens::response_alg(section, "introspection_signed_response_alg"),
        grant_types: client_protocol::grant_types(section),
        scopes: client_protocol::scopes(section),
        consent: client_protocol::word(section, "consent"),
        application_type,
        sign_in_page: client_protocol::word(section, "sign_in_page"),
        access_token_format: client_protocol::word(section, "access_token_format"),
        resources: client_tokens::resources(section),
        userinfo_alg: client_tokens::response_alg(section, "userinfo_signed_response_alg"),
        lifetimes: lifetimes::of_client(section, house.lifetimes),
        claims: client_claims::claims(section, profile),
        groups: client_claims::groups(section),
        nocobase: nocobase::nocobase(section, phone, subject),
        // The last of all, so that a client without an id hides no other problem.
        client_id: id?,
    };
    warn_of_a_hidden_phone(section, &client);
    warn_of_a_push_that_never_comes(section, &client);
    Some(client)
}

fn redirect_uris(section: &Section<'_>, house: &House<'_>, native: bool) -> Vec<RedirectUri> {
    let remedy = "write [\"https://…\"] with the exact address that the application names as its callback";
    section.require("redirect_uris", remedy);
    if section.has_empty_list("redirect_uris") {
        section.reading.error(&section.place_of("redirect_uris"), "is empty", remedy);
    }
    addresses(section, "redirect_uris", house, native)
}

fn addresses(section: &Section<'_>, key: &str, house: &House<'_>, native: bool) -> Vec<RedirectUri> {
    section.redirect_uris(key, house.loopback || native, native).map(|found| found.value).unwrap_or_default()
}

fn page(section: &Section<'_>, key: &str, house: &House<'_>, shape: Shape) -> Option<Url> {
    let http = if house.loopback { PlainHttp::OnLoopback } else { PlainHttp::Never };
    section.address(key, http, shape).map(|found| found.value)
}

fn phone_format(section: &Section<'_>, profile: Profile) -> PhoneFormat {
    let by_profile = match profile {
        Profile::Standard => PhoneFormat::E164,
        // NocoBase finds existing users by the number as people type it.
        Profile::Nocobase => PhoneFormat::National,
    };
    section.word("phone_format").map_or(by_profile, |found| found.value)
}

fn connections(section: &Section<'_>, house: &House<'_>) -> BTreeSet<ConnectionName> {
    let Some(list) = section.texts("wecom") else { return house.connections.clone() };
    let known = |text: &Found<String>| known_connection(section.reading, &text.place, &text.value, house.connections);
    if list.value.is_empty() {
        section.reading.error(&list.place, "accepts no connection", "name one, or take the key out to accept all");
    }
    list.value.iter().filter_map(known).collect()
}

fn allow(client: &Section<'_>) -> Option<Allow> {
    let section = client.table("allow", &schema::ALLOW);
    let departments = section.numbers("departments", &(1..=u32::MAX)).map(|found| found.value).unwrap_or_default();
    let tags = section.numbers("tags", &(1..=u32::MAX)).map(|found| found.value).unwrap_or_default();
    let userids = section.texts("userids").map(|found| found.value).unwrap_or_default();
    let written_empty = |key: &&str| !section.has(key) || section.has_empty_list(key);
    let given = client.get("allow").is_some_and(|value| value.get_ref().is_table());
    if given && schema::ALLOW.keys.iter().all(written_empty) {
        let remedy = "name departments, userids or tags, or take the key out if everyone is meant";
        client.reading.warning(&client.place_of("allow"), "names nobody, which lets everyone in", remedy);
        return None;
    }
    let folded = |text: &Found<String>| match UserId::parse(&text.value) {
        Ok(userid) => Some(userid.as_str().to_ascii_lowercase()),
        Err(why) => {
            client.reading.error(&text.place, why.to_string(), "copy it from the member's page in the WeCom console");
            None
        }
    };
    given.then(|| Allow {
        departments: departments.iter().map(|found| u64::from(found.value)).collect(),
        userids: userids.iter().filter_map(folded).collect(),
        tags: tags.iter().map(|found| u64::from(found.value)).collect(),
    })
}

fn subject(section: &Section<'_>, corps: &BTreeSet<CorpId>) -> SubjectSource {
    let Some(subject) = section.word::<SubjectSource>("subject") else { return SubjectSource::default() };
    if subject.value == SubjectSource::Userid {
        if section.text("subject_type").is_some_and(|kind| kind.value == "pairwise") {
            let what = "is the same at every client, which subject_type = \"pairwise\" excludes";
            section.reading.error(&subject.place, what, "take one of the two out");
        }
        if corps.len() > 1 {
            let what = "names two people alike, for the client accepts members of more than one corp";
            section.reading.error(&subject.place, what, "take it out, or let `wecom` name connections of one corp");
        }
        let what = "gives up stable subjects: a userid can be changed, and given to another person";
        section.reading.warning(
            &subject.place,
            what,
            "take it out, unless the application already knows members by it",
        );
    }
    subject.value
}

fn warn_of_a_push_that_never_comes(section: &Section<'_>, client: &Client) {
    if client.require_pushed && client.profile == Profile::Nocobase {
        let place = section.place_of("require_pushed_authorization_requests");
        let what = "refuses every sign-in of NocoBase, which cannot push its requests";
        section.reading.warning(
            &place,
            what,
            "write false, or take profile = \"nocobase\" out if it is another application",
        );
    }
}

fn warn_of_a_hidden_phone(section: &Section<'_>, client: &Client) {
    let hidden = section.has("scope") && !client.scopes.has(crate::domain::scope::Scope::Phone);
    if client.phone == PhonePolicy::Required && client.profile != Profile::Nocobase && hidden {
        let what = "leaves phone out, so the number is asked of members and never released";
        section.reading.warning(&section.place_of("scope"), what, "add phone to it, or write phone = \"wanted\"");
    }
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
