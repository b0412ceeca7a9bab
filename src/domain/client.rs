//! The vocabulary of a relying party's registration (RFC 7591 §2, OpenID Connect Registration §2).

use serde::{Deserialize, Serialize};

/// A signature algorithm that we sign ID tokens with (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; the default of OpenID Connect.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// How a client proves itself at the token endpoint (`token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// HTTP Basic with form-encoded halves (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// In the body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// An assertion under the client's own key (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// An assertion under the shared secret (OpenID Connect Core §9).
    ClientSecretJwt,
    /// A public client: PKCE only (RFC 7636).
    None,
}

/// What a client needs of the phone number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhonePolicy {
    /// No code without a number.
    Required,
    /// Asked for where it can be read; the login goes on without it. The default.
    #[default]
    Wanted,
    /// Neither asked for nor released.
    Never,
}

/// The spelling in which a client gets the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneFormat {
    /// `+8613800000001`.
    #[default]
    E164,
    /// `13800000001`.
    National,
}

/// Ready-made claims and tolerances for a known relying party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// The standard claims alone.
    #[default]
    Standard,
    /// What NocoBase's generic OIDC authenticator reads and sends.
    Nocobase,
}

/// What a department is called in the claim `groups`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupsBy {
    /// By the names from below the root, `研发/后端`.
    #[default]
    Path,
    /// By its own name.
    Name,
    /// By its number.
    Id,
    /// Departments are no groups.
    None,
}

/// When a client's request makes us ask the member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// Only on `prompt=consent`.
    #[default]
    None,
    /// Once for each member.
    First,
    /// Each time.
    Always,
}

/// How `sub` is made for a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectSource {
    /// By HMAC; never moves to another person (law 6).
    #[default]
    Hmac,
    /// The bare userid; gives law 6 up.
    Userid,
}

/// `subject_type` (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same at every client.
    #[default]
    Public,
    /// One for each sector.
    Pairwise,
}

/// What access tokens look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// Random letters that only we understand.
    #[default]
    Opaque,
    /// A signed JWT that resource servers can read by themselves (RFC 9068).
    Jwt,
}

/// Whether the sign-in page of ours is shown before WeCom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInPage {
    /// Only where a choice or a confirmation is needed.
    #[default]
    Auto,
    /// Each time.
    Always,
}

/// `application_type` (OpenID Connect Registration §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// A web application.
    #[default]
    Web,
    /// A native application (RFC 8252).
    Native,
}

/// A grant type of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
}
