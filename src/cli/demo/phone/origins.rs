//! Where the simulated phone may go: the bridge, the simulated WeCom and the sample application, nowhere else.

use url::Url;

/// Longer addresses are refused.
const LONGEST: usize = 8_192;

/// The three origins.
pub struct Origins {
    known: [Url; 3],
}

impl Origins {
    /// Their roots; `None` when one is no address.
    pub fn new(bridge: &str, wecom: &str, sample: &str) -> Option<Self> {
        let root = |text: &str| Url::parse(text).ok();
        Some(Self { known: [root(bridge)?, root(wecom)?, root(sample)?] })
    }

    /// The bridge's.
    pub fn bridge(&self) -> &Url {
        &self.known[0]
    }

    /// For a `Content-Security-Policy`: those whose stylesheets and images the phone shows.
    pub fn sources(&self) -> String {
        self.known.iter().map(|root| root.origin().ascii_serialization()).collect::<Vec<_>>().join(" ")
    }

    /// An address that the phone may open, read from `base` when it is relative. The phone does not
    /// open itself: that would go on for ever.
    pub fn allow(&self, text: &str, base: Option<&Url>) -> Option<Url> {
        if text.len() > LONGEST {
            return None;
        }
        let mut address = Url::options().base_url(base).parse(text.trim()).ok()?;
        let plain = address.scheme() == "http" && address.username().is_empty() && address.password().is_none();
        let known = self.known.iter().position(|root| root.origin() == address.origin())?;
        let itself = known == 2 && (address.path() == "/phone" || address.path().starts_with("/phone/"));
        address.set_fragment(None);
        (plain && !itself).then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        Origins::new("http://127.0.0.1:1001", "http://127.0.0.1:1002", "http://127.0.0.1:1003").unwrap()
    }

    #[test]
    fn the_phone_goes_to_the_three_origins_of_the_demo() {
        let allow = |text: &str| origins().allow(text, None).map(String::from);
        assert_eq!(allow("http://127.0.0.1:1001/open/sample").as_deref(), Some("http://127.0.0.1:1001/open/sample"));
        assert_eq!(allow(" http://127.0.0.1:1002/x?y=z#w\n").as_deref(), Some("http://127.0.0.1:1002/x?y=z"));
        assert_eq!(allow("http://127.0.0.1:1003").as_deref(), Some("http://127.0.0.1:1003/"));
    }

    #[test]
    fn the_phone_goes_nowhere_else() {
        for wrong in [
            "http://127.0.0.1:1004/",
            "https://127.0.0.1:1001/",
            "http://localhost:1001/",
            "http://127.0.0.1:1001@example.com/",
            "http://user@127.0.0.1:1001/",
            "http://:word@127.0.0.1:1001/",
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "//127.0.0.1:1001/",
            "/open/sample",
            "",
        ] {
            assert!(origins().allow(wrong, None).is_none(), "{wrong}");
        }
        assert!(origins().allow(&format!("http://127.0.0.1:1001/{}", "x".repeat(LONGEST)), None).is_none());
    }

    #[test]
    fn a_relative_address_stays_with_its_page_and_a_foreign_one_is_refused() {
        let origins = origins();
        let page = origins.allow("http://127.0.0.1:1001/login/a/guide", None).unwrap();
        let allow = |text: &str| origins.allow(text, Some(&page)).map(String::from);
        assert_eq!(allow("../b?c=d").as_deref(), Some("http://127.0.0.1:1001/login/b?c=d"));
        assert_eq!(allow("//127.0.0.1:1002/e").as_deref(), Some("http://127.0.0.1:1002/e"));
        assert_eq!(allow("//example.com/e"), None);
        assert_eq!(allow("http:\\\\example.com"), None);
    }

    #[test]
    fn the_phone_does_not_open_itself() {
        for itself in ["/phone", "/phone/screen", "/phone?open=x", "/a/../phone"] {
            assert!(origins().allow(&format!("http://127.0.0.1:1003{itself}"), None).is_none(), "{itself}");
        }
        assert!(origins().allow("http://127.0.0.1:1001/phone", None).is_some());
    }
}
