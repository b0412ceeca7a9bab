//! Which addresses may stand in an `href` or an `action`.
//!
//! Addresses come from our own routes and from checked configuration; this is the second lock:
//! whatever reaches a page, no link of it runs a script or leads to a scheme nobody registered.

/// An address that a page links or posts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link<'a>(&'a str);

impl<'a> Link<'a> {
    /// `http`, `https`, a path of our own, or the private-use scheme of a native client, which has a
    /// dot (RFC 8252 §7.1) and so is never `javascript` or `data`; anything else is no link.
    pub(super) fn new(address: &'a str) -> Option<Self> {
        let visible = !address.is_empty() && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let head = address.split(['/', '?', '#']).next().unwrap_or_default();
        let good = match head.split_once(':') {
            None => address.starts_with(['/', '?']) && !address.starts_with("//"),
            Some((scheme, _)) if is_web(scheme) => address[scheme.len()..].starts_with("://"),
            Some((scheme, _)) => {
                scheme.contains('.') && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-".contains(&b))
            }
        };
        (visible && good).then_some(Self(address))
    }

    /// The text for the attribute.
    pub(super) const fn address(self) -> &'a str {
        self.0
    }

    /// Whether it leads away from us.
    pub(super) fn leaves(self) -> bool {
        self.0.split(['/', '?', '#']).next().is_some_and(|head| head.contains(':'))
    }
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_own_paths_and_schemes_with_a_dot_are_links() {
        for good in
            ["https://nb.example.com/x?a=b#c", "http://127.0.0.1/", "/sso/login/1", "?again", "com.example.app:/cb"]
        {
            assert!(Link::new(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "go",
            "\"><script>",
            "//evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "https:evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a b",
        ] {
            assert!(Link::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_path_of_our_own_does_not_leave() {
        assert!(!Link::new("/login/1?to=https://x.example").is_some_and(Link::leaves));
        assert!(Link::new("https://x.example").is_some_and(Link::leaves));
    }
}
