//! Writing the small XML documents of the callbacks.

/// A document under construction.
#[derive(Debug)]
pub(crate) struct Xml(String);

impl Xml {
    /// Begins the document.
    pub(crate) fn new() -> Self {
        Self("<xml>".to_owned())
    }

    /// A text element, in CDATA.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        let value = value.replace("]]>", "]]]]><![CDATA[>");
        self.0.push_str(&format_element(name, &format!("<![CDATA[{value}]]>")));
        self
    }

    /// A number element.
    pub(crate) fn number(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push_str(&format_element(name, &value.to_string()));
        self
    }

    /// A text element, unless it is empty.
    pub(crate) fn text_unless_empty(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.text(name, value) }
    }

    /// An element with other elements in it.
    pub(crate) fn inside(mut self, name: &str, inner: &Self) -> Self {
        let inner = inner.0.strip_prefix("<xml>").unwrap_or_default();
        self.0.push_str(&format_element(name, inner));
        self
    }

    /// The finished document.
    pub(crate) fn end(mut self) -> String {
        self.0.push_str("</xml>");
        self.0
    }
}

fn format_element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}
