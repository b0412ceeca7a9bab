//! A page as the simulated phone shows it: links and forms lead through the phone, files come from
//! where they are, scripts are gone.

use askama::filters::{Html, escape};
use html5gum::{HtmlString, StartTag, Token, Tokenizer, naive_next_state};
use url::Url;

use super::origins::Origins;

/// Elements that go with everything in them.
const GONE: [&str; 6] = ["script", "style", "iframe", "object", "template", "embed"];

/// Attributes that lead elsewhere, or that our policy refuses anyway.
const LEFT_OUT: [&str; 13] = [
    "action",
    "formaction",
    "formmethod",
    "formtarget",
    "href",
    "method",
    "ping",
    "src",
    "srcdoc",
    "srcset",
    "style",
    "target",
    "xlink:href",
];

/// The way to open an address in the phone.
pub fn screen(address: &Url) -> String {
    through("/phone/screen?open=", address)
}

fn through(way: &str, address: &Url) -> String {
    way.chars().chain(url::form_urlencoded::byte_serialize(address.as_str().as_bytes()).flat_map(str::chars)).collect()
}

/// Rewrites the HTML of the page at `at`.
pub fn rewrite(html: &str, at: &Url, origins: &Origins) -> String {
    let mut tokens = Tokenizer::new(html);
    let mut page = Page { at, origins, out: String::with_capacity(html.len() + 1_024), inside: None };
    while let Some(Ok(token)) = tokens.next() {
        // The phone runs no scripts, so to it `noscript` is an element like any other.
        if let Token::StartTag(tag) = &token
            && let Some(state) = naive_next_state(&tag.name).filter(|_| *tag.name != b"noscript")
        {
            tokens.set_state(state);
        }
        page.token(&token);
    }
    page.out
}

struct Page<'a> {
    at: &'a Url,
    origins: &'a Origins,
    out: String,
    /// The element whose content is being left out.
    inside: Option<String>,
}

impl Page<'_> {
    fn token(&mut self, token: &Token) {
        match token {
            Token::StartTag(tag) if self.inside.is_none() => self.start(tag),
            Token::EndTag(tag) => self.end(&text(&tag.name)),
            Token::String(words) if self.inside.is_none() => self.escaped(&text(words)),
            Token::Doctype(_) => self.out.push_str("<!doctype html>"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(left_out) = &self.inside {
            if left_out == name {
                self.inside = None;
            }
        } else if name != "noscript" {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name);
        if GONE.contains(&&*name) {
            self.inside = (!tag.self_closing && name != "embed").then_some(name);
            return;
        }
        let read = |wanted: &str| tag.attributes.get(wanted.as_bytes()).map(|value| text(value));
        let shown = match &*name {
            "noscript" | "base" => false,
            "meta" => read("http-equiv").is_none(),
            "link" => read("rel").as_deref() == Some("stylesheet"),
            _ => true,
        };
        if !shown {
            return;
        }
        self.out.push('<');
        self.out.push_str(&name);
        for (key, value) in &tag.attributes {
            if let Some(value) = self.attribute(&name, &text(key), text(value)) {
                self.pair(&text(key), &value);
            }
        }
        if name == "form" {
            self.form(read("action").as_deref().unwrap_or_default(), read("method").as_deref().unwrap_or_default());
        }
        self.out.push_str(if tag.self_closing { "/>" } else { ">" });
    }

    /// What becomes of an attribute; `None` leaves it out.
    fn attribute(&self, element: &str, name: &str, value: String) -> Option<String> {
        let proper = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
        match (element, name) {
            ("a", "href") => self.origins.allow(&value, Some(self.at)).map(|address| screen(&address)),
            ("link", "href") | ("img", "src") => self.origins.allow(&value, Some(self.at)).map(String::from),
            _ => (proper && !name.starts_with("on") && !LEFT_OUT.contains(&name)).then_some(value),
        }
    }

    /// Every form posts to the phone, which knows by `how` what the page wanted.
    fn form(&mut self, action: &str, method: &str) {
        let post = method.eq_ignore_ascii_case("post");
        if let Some(to) = self.origins.allow(action, Some(self.at)) {
            let way = if post { "/phone/submit?how=post&to=" } else { "/phone/submit?how=get&to=" };
            self.pair("method", "post");
            self.pair("action", &through(way, &to));
        } else {
            self.pair("inert", "");
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escaped(value);
        self.out.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let Ok(escaped) = escape(text, Html);
        self.out.push_str(&escaped.to_string());
    }
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        let origins = Origins::new("http://127.0.0.1:1001", "http://127.0.0.1:1002", "http://127.0.0.1:1003").unwrap();
        let at = Url::parse("http://127.0.0.1:1001/login/a/guide?x=1").unwrap();
        rewrite(html, &at, &origins)
    }

    #[test]
    fn links_lead_through_the_phone_and_foreign_ones_nowhere() {
        assert_eq!(
            shown(r#"<a id="go" class=b href="continue?a=1&amp;b=2">Go &amp; see</a>"#),
            "<a class=\"b\" href=\"/phone/screen?open=http%3A%2F%2F127.0.0.1%3A1001%2Flogin%2Fa%2Fcontinue%3Fa%3D1%26b%3D2\" id=\"go\">Go &#38; see</a>"
        );
        assert_eq!(shown(r#"<a href="https://example.com/" target="_top">x</a>"#), "<a>x</a>");
        assert_eq!(shown(r#"<a href="javascript:alert(1)">x</a>"#), "<a>x</a>");
        assert_eq!(shown(r#"<svg><a xlink:href="javascript:alert(1)">x</a></svg>"#), "<svg><a>x</a></svg>");
    }

    #[test]
    fn forms_post_to_the_phone() {
        let to = "http%3A%2F%2F127.0.0.1%3A1002%2Fsim%2Fclient";
        assert_eq!(
            shown(
                r#"<form method="post" action="http://127.0.0.1:1002/sim/client"><button name="member" formaction="https://example.com/">x</button></form>"#
            ),
            format!(
                r#"<form method="post" action="/phone/submit?how=post&#38;to={to}"><button name="member">x</button></form>"#
            )
        );
        assert!(shown("<form><input name=q></form>").starts_with(
            "<form method=\"post\" action=\"/phone/submit?how=get&#38;to=http%3A%2F%2F127.0.0.1%3A1001%2Flogin%2Fa%2Fguide%3Fx%3D1\">"
        ));
        assert_eq!(shown(r#"<form action="https://example.com/">"#), r#"<form inert="">"#);
    }

    #[test]
    fn stylesheets_and_images_come_from_where_they_are() {
        assert_eq!(
            shown(
                r#"<link rel="stylesheet" href="/assets/style.css"><link rel="icon" href="/i"><img src="/m.svg" alt="">"#
            ),
            r#"<link href="http://127.0.0.1:1001/assets/style.css" rel="stylesheet"><img alt="" src="http://127.0.0.1:1001/m.svg">"#
        );
    }

    #[test]
    fn what_runs_or_refreshes_is_gone_and_what_is_for_no_script_stays() {
        assert_eq!(
            shown("<script>if (1 < 2) alert('</b>')</script><style>a{}</style><p onclick=\"x()\" style=\"y\">a</p>"),
            "<p>a</p>"
        );
        assert_eq!(shown("<meta http-equiv=\"refresh\" content=\"1\"><base href=\"https://example.com/\">"), "");
        assert_eq!(shown("<noscript><button>b</button></noscript><iframe src=x>c</iframe>d"), "<button>b</button>d");
        assert_eq!(shown("<!-- <script> --><!DOCTYPE html>"), "<!doctype html>");
    }

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        assert_eq!(shown("<title>&lt;script&gt;</title>"), "<title>&#60;script&#62;</title>");
        assert_eq!(
            shown("<b title='\"><script>'>&lt;i&gt;</b>"),
            "<b title=\"&#34;&#62;&#60;script&#62;\">&#60;i&#62;</b>"
        );
    }
}
