//! What an address answered, read as a person or a certification suite would: by the ids of its elements.

use reqwest::Method;
use reqwest::header::{HeaderMap, LOCATION};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from.
    pub url: Url,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

/// A form, ready to be sent.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where to.
    pub action: Url,
    /// How.
    pub method: Method,
    /// Its fields and the button that was pressed.
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// Reads the whole answer.
    pub async fn read(url: Url, response: reqwest::Response) -> Self {
        Self::try_read(url, response).await.expect("a body")
    }

    /// Reads the answer of a server that may be killed before the end of it.
    pub async fn try_read(url: Url, response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await?;
        Ok(Self { url, status, headers, body })
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where it redirects to.
    pub fn redirect(&self) -> Option<Url> {
        if !(300..400).contains(&self.status) {
            return None;
        }
        Some(self.url.join(self.headers.get(LOCATION)?.to_str().ok()?).expect("a location"))
    }

    /// The text of the element with this id.
    pub fn text_of(&self, id: &str) -> Option<String> {
        self.find(id, |element| element.text().collect::<String>().trim().to_owned())
    }

    /// Whether there is an element with this id.
    pub fn has(&self, id: &str) -> bool {
        self.find(id, |_| ()).is_some()
    }

    /// `#error-code` of a refusal.
    pub fn error_code(&self) -> String {
        self.text_of("error-code").unwrap_or_default()
    }

    /// The address of a link.
    #[track_caller]
    pub fn link(&self, id: &str) -> Url {
        let href = self.find(id, |element| element.attr("href").map(str::to_owned)).flatten();
        let href = href.unwrap_or_else(|| panic!("no link #{id} at {}: {}", self.url, self.text()));
        self.url.join(&href).expect("an address")
    }

    /// The form that the button with this id sends, or the form of this id itself.
    #[track_caller]
    pub fn form(&self, id: &str) -> Form {
        self.find(id, |element| self.read_form(element)).unwrap_or_else(|| panic!("no #{id}: {}", self.text()))
    }

    fn read_form(&self, element: ElementRef<'_>) -> Form {
        let mut around = element.ancestors().filter_map(ElementRef::wrap);
        let form = if element.value().name() == "form" {
            element
        } else {
            around.find(|parent| parent.value().name() == "form").expect("a form around the button")
        };
        let pair =
            |e: ElementRef<'_>| Some((e.attr("name")?.to_owned(), e.attr("value").unwrap_or_default().to_owned()));
        let inputs = Selector::parse("input").expect("a selector");
        let mut fields: Vec<_> = form.select(&inputs).filter_map(pair).collect();
        if element != form {
            fields.extend(pair(element));
        }
        let method = if form.attr("method") == Some("post") { Method::POST } else { Method::GET };
        let action = self.url.join(form.attr("action").unwrap_or_default()).expect("an address");
        Form { action, method, fields }
    }

    fn find<T>(&self, id: &str, read: impl FnOnce(ElementRef<'_>) -> T) -> Option<T> {
        let html = Html::parse_document(&self.body);
        let selector = Selector::parse(&format!("[id=\"{id}\"]")).expect("a selector");
        html.select(&selector).next().map(read)
    }

    /// What a reader sees, for messages of failed tests.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.body);
        let words: Vec<_> = html.root_element().text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// It is a refusal with this status and code, and a name for the administrator.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.error_code().as_str()), (status, code), "{}: {}", self.url, self.text());
        assert!(self.text_of("request-id").is_some_and(|id| id.len() == 12), "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }
}
