//! A request, with what the application keeps of it until the answer comes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::relying_party::Request;

/// A request with what the application keeps of it.
#[derive(Clone)]
pub struct Asked {
    pub request: Request,
    pub state: String,
    pub nonce: Option<String>,
    pub verifier: Option<String>,
}

impl Asked {
    /// Sets a parameter.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.set(name, value);
        self
    }

    /// Leaves a parameter out.
    pub fn without(mut self, name: &str) -> Self {
        self.request = self.request.without(name);
        if name == "nonce" {
            self.nonce = None;
        }
        self
    }

    /// The suite's own `state` for this module.
    pub fn with_state(mut self, state: &str) -> Self {
        state.clone_into(&mut self.state);
        self.set("state", state)
    }

    /// With PKCE by S256.
    pub fn with_pkce(mut self) -> Self {
        let verifier = random() + &random();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        self.verifier = Some(verifier);
        self.set("code_challenge", &URL_SAFE_NO_PAD.encode(hash)).set("code_challenge_method", "S256")
    }
}

/// 43 characters.
pub fn random() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
