//! Every key that a configuration may hold, table by table, and the guess at what a wrong one was meant to be.

/// The keys of one kind of table.
#[derive(Debug)]
pub(super) struct Schema {
    /// How the table is written: `server`, `wecom.NAME`, `clients`; empty for the top of the file.
    pub table: &'static str,
    /// Its keys, those of tables below it included.
    pub keys: &'static [&'static str],
}

/// The top of the file.
pub(super) const ROOT: Schema = Schema {
    table: "",
    keys: &[
        "issuer",
        "admins",
        "server",
        "store",
        "keys",
        "wecom",
        "clients",
        "lifetimes",
        "limits",
        "outbound",
        "brand",
    ],
};

/// `[server]`.
pub(super) const SERVER: Schema =
    Schema { table: "server", keys: &["listen", "admin_listen", "trusted_proxies", "tls_cert", "tls_key"] };

/// `[store]`.
pub(super) const STORE: Schema = Schema {
    table: "store",
    keys: &["backend", "path", "url", "host", "port", "user", "password", "password_file", "dbname", "tls", "pool"],
};

/// `[keys]`.
pub(super) const KEYS: Schema = Schema { table: "keys", keys: &["dir", "rotate_every", "ring", "ring_key_file"] };

/// `[wecom.NAME]`.
pub(super) const CONNECTION: Schema = Schema {
    table: "wecom.NAME",
    keys: &[
        "corp_id",
        "agent_id",
        "secret",
        "secret_file",
        "verify_files",
        "events",
        "guide_message",
        "api_url",
        "authorize_url",
        "login_url",
    ],
};

/// `events` of a connection.
pub(super) const EVENTS: Schema =
    Schema { table: "wecom.NAME.events", keys: &["token", "token_file", "encoding_aes_key", "encoding_aes_key_file"] };

/// `[[clients]]`.
pub(super) const CLIENT: Schema = Schema {
    table: "clients",
    keys: &[
        "client_id",
        "client_secret",
        "client_secret_file",
        "client_secret_hash",
        "client_name",
        "redirect_uris",
        "post_logout_redirect_uris",
        "home_url",
        "initiate_login_uri",
        "profile",
        "phone",
        "phone_format",
        "wecom",
        "allow",
        "scope",
        "grant_types",
        "token_endpoint_auth_method",
        "require_pkce",
        "application_type",
        "id_token_signed_response_alg",
        "subject",
        "subject_type",
        "sign_in_page",
        "consent",
        "jwks",
        "jwks_uri",
        "backchannel_logout_uri",
        "backchannel_logout_session_required",
        "frontchannel_logout_uri",
        "frontchannel_logout_session_required",
        "require_pushed_authorization_requests",
        "userinfo_signed_response_alg",
        "introspection_signed_response_alg",
        "access_token_format",
        "resources",
        "claims",
        "lifetimes",
        "groups",
        "nocobase",
    ],
};

/// `allow` of a client.
pub(super) const ALLOW: Schema = Schema { table: "clients.allow", keys: &["departments", "userids", "tags"] };

/// `[clients.lifetimes]`.
pub(super) const CLIENT_LIFETIMES: Schema = Schema {
    table: "clients.lifetimes",
    keys: &["code", "access_token", "id_token", "refresh_token", "refresh_token_max", "refresh_grace", "phone"],
};

/// `[clients.groups]`.
pub(super) const GROUPS: Schema = Schema { table: "clients.groups", keys: &["departments", "tags", "only"] };

/// `[clients.nocobase]`.
pub(super) const NOCOBASE: Schema = Schema {
    table: "clients.nocobase",
    keys: &["url", "api_key", "api_key_file", "authenticator", "unmatched", "protected_roles", "on_trouble"],
};

/// `[lifetimes]`.
pub(super) const LIFETIMES: Schema = Schema {
    table: "lifetimes",
    keys: &[
        "transaction",
        "code",
        "access_token",
        "id_token",
        "refresh_token",
        "refresh_token_max",
        "refresh_grace",
        "session",
        "session_max",
        "phone",
        "membership",
        "sweep",
        "pushed_request",
        "upstream",
    ],
};

/// `[limits]`.
pub(super) const LIMITS: Schema = Schema {
    table: "limits",
    keys: &["address_per_minute", "failed_client_auth_per_minute", "pushed_requests_per_client"],
};

/// `[outbound]`.
pub(super) const OUTBOUND: Schema = Schema { table: "outbound", keys: &["allow_private", "ca_file"] };

/// `[brand]`.
pub(super) const BRAND: Schema = Schema { table: "brand", keys: &["name", "logo", "accent"] };

/// All of them, the likelier homes of a stray key first.
pub(super) const ALL: [&Schema; 16] = [
    &ROOT,
    &CLIENT,
    &CONNECTION,
    &SERVER,
    &STORE,
    &KEYS,
    &LIFETIMES,
    &LIMITS,
    &OUTBOUND,
    &BRAND,
    &ALLOW,
    &CLIENT_LIFETIMES,
    &GROUPS,
    &NOCOBASE,
    &EVENTS,
    &CLIENT_CLAIMS,
];

/// `[clients.claims]`: the names are the administrator's own.
pub(super) const CLIENT_CLAIMS: Schema = Schema { table: "clients.claims", keys: &[] };

/// What to do about a key that `schema` does not have.
pub(super) fn advice(schema: &Schema, unknown: &str) -> String {
    if let Some(near) = nearest(unknown, schema.keys.iter().copied()) {
        return format!("write {near}, if that was meant");
    }
    let at_home = |word: &str| ALL.iter().find(|other| other.keys.contains(&word));
    let elsewhere = || ALL.iter().find_map(|other| nearest(unknown, other.keys.iter().copied()));
    let Some(key) = at_home(unknown).map(|_| unknown).or_else(elsewhere) else { return "take it out".to_owned() };
    match at_home(key).map_or("", |home| home.table) {
        "" => format!("{key} stands at the top of the file, above the first [header]"),
        "clients" => format!("{key} belongs to [[clients]]: write it below that header, before any other one"),
        table => format!("{key} belongs to [{table}]: a key belongs to the last header above it"),
    }
}

/// The candidate that is a slip of the finger away from `word`, if there is one.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    candidates.map(|c| (distance(word, c), c)).filter(|(d, _)| *d <= allowed).min_by_key(|(d, _)| *d).map(|(_, c)| c)
}

/// How many letters must be put in, taken out or changed to make one word of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("redirect_uri", CLIENT.keys.iter().copied()), Some("redirect_uris"));
        assert_eq!(nearest("colour", CLIENT.keys.iter().copied()), None);
    }

    #[test]
    fn a_key_in_the_wrong_table_is_sent_home() {
        assert!(advice(&CLIENT_LIFETIMES, "redirect_uris").contains("[[clients]]"));
        assert!(advice(&SERVER, "session_max").contains("[lifetimes]"));
        assert!(advice(&SERVER, "issuer").contains("top of the file"));
        assert!(advice(&ROOT, "sesion").contains("session belongs to [lifetimes]"));
        assert_eq!(advice(&SERVER, "zzzzzzzz"), "take it out");
    }
}
