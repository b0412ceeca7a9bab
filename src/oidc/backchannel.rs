//! Back-Channel Logout 1.0: the logout token (§2.4), one try to hand it over (§2.5), and when to try again.

use serde::Serialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::jws;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::random::{Entropy, token43};
use crate::domain::time::Span;
use crate::outbound::Unreachable;
use crate::store::records::LogoutDelivery;

/// How long a token is good: it is handed over at once, and made anew for the next try (§4 asks for minutes at most).
const GOOD_FOR: Span = Span::minutes(2);

/// After so long a delivery is given up: whoever was away for a day has long ended its own sessions.
pub const GIVEN_UP_AFTER: Span = Span::days(1);

/// The claims of §2.4. There is no `nonce`, so that nobody takes it for an ID token (threat 12).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
    events: Map<String, Value>,
    sid: &'a str,
}

/// Why a client did not take a token. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// There was no answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// It answered with something else than 200 or 204.
    #[error("it answered {0}")]
    Status(u16),
    /// The token could not be signed.
    #[error("the token could not be signed")]
    Unsigned,
}

/// A logout token for this client, signed as its ID tokens are (§2.6) and named `logout+jwt`.
pub fn mint(provider: &Provider, client: &Client, delivery: &LogoutDelivery) -> Result<String, Undelivered> {
    let (now, sid) = (provider.now(), provider.directory.sid(client, &delivery.sid));
    let event = "http://schemas.openid.net/event/backchannel-logout".to_owned();
    let claims = Claims {
        iss: provider.issuer(),
        sub: delivery.subject.as_str(),
        aud: client.client_id.as_str(),
        iat: now.0,
        exp: (now + GOOD_FOR).0,
        jti: token43(&*provider.entropy),
        events: Map::from_iter([(event, json!({}))]),
        sid: sid.as_str(),
    };
    let ring = provider.keys.ring();
    jws::sign(ring.signer(client.id_token_alg), "logout+jwt", &claims).map_err(|_| Undelivered::Unsigned)
}

/// Hands a fresh token over, once.
pub async fn deliver(
    provider: &Provider,
    client: &Client,
    address: &Url,
    delivery: &LogoutDelivery,
) -> Result<(), Undelivered> {
    let token = mint(provider, client, delivery)?;
    // A compact JWS is of the base64url alphabet and dots: as a form it reads the same.
    // §2.8: the status says it all. Whatever page follows it, and however slowly, the token was taken.
    match provider.outbound.post(address, format!("logout_token={token}")).await? {
        200 | 204 => Ok(()),
        status => Err(Undelivered::Status(status)),
    }
}

/// How long to wait after so many tries: from some seconds up to an hour, never the same for all.
pub fn pause(attempts: u32, entropy: &dyn Entropy) -> Span {
    let longest = 5_u64.checked_shl(attempts.saturating_sub(1).min(16)).unwrap_or(u64::MAX).min(3_600);
    let mut dice = [0; 2];
    entropy.fill(&mut dice);
    let half = longest / 2;
    Span::seconds(longest - half + u64::from(u16::from_be_bytes(dice)) % (half + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn pauses_grow_up_to_an_hour_and_are_spread() {
        let shortest = |attempts| pause(attempts, &Constant(0)).0;
        assert_eq!([1, 2, 3, 10, 11, 40, u32::MAX].map(shortest), [3, 5, 10, 1_280, 1_800, 1_800, 1_800]);
        for attempts in 1..40 {
            for dice in 0..=255 {
                let pause = pause(attempts, &Constant(dice)).0;
                assert!((shortest(attempts)..=2 * shortest(attempts)).contains(&pause), "{attempts} {dice}: {pause}");
            }
        }
        assert_ne!(pause(8, &Constant(1)), pause(8, &Constant(2)));
    }
}
