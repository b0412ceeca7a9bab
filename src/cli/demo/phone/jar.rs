//! The cookies of one simulated phone.
//!
//! As in a browser, ports do not tell cookies apart (RFC 6265 §8.5): all origins of the demo share
//! a host, so only names and paths count here.

use actix_web::cookie::Cookie;
use url::Url;

/// No page of the demo sets more; the oldest goes first.
const MOST: usize = 60;

/// Cookies by name and path.
#[derive(Default)]
pub struct Jar(Vec<Kept>);

struct Kept {
    name: String,
    path: String,
    value: String,
}

impl Jar {
    /// Takes a `Set-Cookie` from the page at `from`.
    pub fn take(&mut self, header: &str, from: &Url) {
        let Ok(cookie) = Cookie::parse(header) else { return };
        let path = match cookie.path() {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => default_path(from.path()),
        };
        self.0.retain(|kept| kept.name != cookie.name() || kept.path != path);
        if cookie.max_age().is_some_and(|left| !left.is_positive()) {
            return;
        }
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Kept { name: cookie.name().to_owned(), path, value: cookie.value().to_owned() });
    }

    /// The `Cookie` header for an address, longer paths first (RFC 6265 §5.4).
    pub fn header(&self, to: &Url) -> Option<String> {
        let mut matching: Vec<&Kept> = self.0.iter().filter(|kept| matches(&kept.path, to.path())).collect();
        matching.sort_by_key(|kept| std::cmp::Reverse(kept.path.len()));
        let pairs: Vec<String> = matching.iter().map(|kept| format!("{}={}", kept.name, kept.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// RFC 6265 §5.1.4.
fn default_path(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path[..end].to_owned(),
    }
}

fn matches(cookie: &str, request: &str) -> bool {
    request == cookie || request.strip_prefix(cookie).is_some_and(|rest| cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:1001{path}")).unwrap()
    }

    #[test]
    fn a_cookie_goes_where_its_path_says_and_longer_paths_come_first() {
        let mut jar = Jar::default();
        jar.take("session=a; Path=/; HttpOnly", &url("/login/x/"));
        jar.take("login=b; Path=/login/x/; Max-Age=600", &url("/login/x/"));
        assert_eq!(jar.header(&url("/login/x/callback")).as_deref(), Some("login=b; session=a"));
        assert_eq!(jar.header(&url("/login/xy")).as_deref(), Some("session=a"));
        jar.take("bare=c", &url("/deep/er/page"));
        assert_eq!(jar.header(&url("/deep/er")).as_deref(), Some("bare=c; session=a"));
    }

    #[test]
    fn a_cookie_is_replaced_and_removed() {
        let mut jar = Jar::default();
        jar.take("session=a; Path=/", &url("/"));
        jar.take("session=b; Path=/", &url("/"));
        assert_eq!(jar.header(&url("/")).as_deref(), Some("session=b"));
        jar.take("session=; Path=/; Max-Age=0", &url("/"));
        assert_eq!(jar.header(&url("/")), None);
    }
}
