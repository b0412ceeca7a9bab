//! The answer to an authorization request: where it goes, in which mode, with which parameters.

use serde::{Deserialize, Serialize};

use super::error::OauthError;
use crate::domain::redirect::RedirectUri;

/// How an answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseMode {
    /// In the query; the default for codes.
    #[default]
    Query,
    /// In the fragment, for JavaScript clients.
    Fragment,
    /// By a form that the browser posts.
    FormPost,
}

/// An answer on its way to the relying party through the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The proven address.
    pub redirect_uri: RedirectUri,
    /// The mode the client asked for.
    pub mode: ResponseMode,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
}

/// Where answers of one request go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress {
    /// The proven address.
    pub redirect_uri: RedirectUri,
    /// The mode the client asked for.
    pub mode: ResponseMode,
    /// The relying party's own `state`, returned byte for byte.
    pub state: Option<String>,
}

impl ReturnAddress {
    /// The answer that carries a code.
    pub fn code(&self, issuer: &str, code: &str) -> Answer {
        self.answer(issuer, vec![("code".to_owned(), code.to_owned())])
    }

    /// The answer that carries an error.
    pub fn error(&self, issuer: &str, error: OauthError) -> Answer {
        let code = ("error".to_owned(), error.code.as_str().to_owned());
        let description = ("error_description".to_owned(), error.description.to_owned());
        self.answer(issuer, vec![code, description])
    }

    fn answer(&self, issuer: &str, mut fields: Vec<(String, String)>) -> Answer {
        if let Some(state) = &self.state {
            fields.push(("state".to_owned(), state.clone()));
        }
        // RFC 9207 §2: on every answer, errors included, so that a client can tell providers apart.
        fields.push(("iss".to_owned(), issuer.to_owned()));
        Answer { redirect_uri: self.redirect_uri.clone(), mode: self.mode, fields }
    }
}

impl Answer {
    /// The whole address for query and fragment mode; a query that the address has is kept (RFC 6749 §3.1.2).
    pub fn location(&self) -> String {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(&self.fields);
        // `+` for a blank is right in a form, but not every reader of a query or fragment knows it.
        let encoded = encoded.finish().replace('+', "%20");
        let base = self.redirect_uri.as_str();
        let joint = match self.mode {
            ResponseMode::Fragment => '#',
            _ if base.contains('?') => '&',
            _ => '?',
        };
        format!("{base}{joint}{encoded}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::redirect::InvalidRedirectUri;

    #[test]
    fn state_comes_back_byte_for_byte_and_a_query_of_the_address_stays() -> Result<(), InvalidRedirectUri> {
        let state = "token%3Da%26name=b c+d-._~ü";
        let to = ReturnAddress {
            redirect_uri: RedirectUri::register("https://a.example/cb?x=1", false, false)?,
            mode: ResponseMode::Query,
            state: Some(state.to_owned()),
        };
        let location = to.code("https://op.example", "abc").location();
        assert!(location.starts_with("https://a.example/cb?x=1&code=abc&state="));
        let query = location.split_once('?').map_or("", |(_, q)| q);
        let params = crate::oidc::params::Params::parse(query.as_bytes()).unwrap_or_default();
        assert_eq!(params.get("state"), Some(state));
        assert_eq!(params.get("iss"), Some("https://op.example"));
        Ok(())
    }
}
