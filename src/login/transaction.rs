//! The transaction's two cookies (laws 1 and 2).
//!
//! The first, `__Host-login-ID`, holds 32 random bytes; the second, `__Secure-login` with the path
//! of the transaction, holds everything else, sealed under a key derived from our sealing key *and*
//! the first. A sibling host can plant neither, tabs do not disturb one another, and a login that
//! is given up costs the server nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::errand::Errand;
use super::{CookieChange, Login, Stop};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ConnectionName, MemberKey, TransactionId};
use crate::domain::random::{alphanumeric, token43};
use crate::domain::time::{Span, Timestamp};
use crate::keys::SealPurpose;
use crate::oidc::decide::Progress;
use crate::oidc::error::OauthError;
use crate::store::records::SessionRecord;

/// How many pending transactions a browser keeps.
const KEPT: usize = 16;

/// Name plus value of a cookie stay below this (law 1); browsers give up at 4 096.
const LARGEST: usize = 3_800;

/// What the second cookie holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// When it began.
    pub began: Timestamp,
    /// When it is over.
    pub expires: Timestamp,
    /// The `state` that WeCom carries: 43 of `[A-Za-z0-9]`, never the relying party's own.
    pub state: String,
    /// What it is for.
    pub errand: Errand,
    /// The connection that the browser was sent to WeCom for.
    pub connection: Option<ConnectionName>,
    /// How the browser was sent to WeCom last.
    pub sent: Option<Sent>,
    /// The member refused WeCom's consent page: from now on without it, until one tries again by oneself.
    pub declined: bool,
    /// Who agreed on our consent page.
    pub consented: Option<MemberKey>,
    /// The session that the member chose to go on in, by the transaction it began with.
    pub chosen: Option<Digest>,
}

/// How a browser was sent to WeCom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sent {
    /// To the page for browsers.
    Browser,
    /// Inside the client, silently.
    Base,
    /// Inside the client, with the question what may be read.
    PrivateInfo,
}

/// A transaction together with what names it and binds it to this browser.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its id, part of every path.
    pub id: TransactionId,
    /// The value of the first cookie.
    pub binding: String,
    /// The content of the second.
    pub transaction: Transaction,
}

impl Held {
    /// What the store knows the transaction by.
    pub fn digest(&self) -> Digest {
        Digest::of(Purpose::Transaction, self.id.as_str())
    }

    /// What the decision needs to know of it.
    pub(super) fn progress(&self) -> Progress {
        Progress {
            transaction: Some(self.digest()),
            consented: self.transaction.consented.clone(),
            chosen: self.transaction.chosen,
        }
    }

    /// Whether a form of this transaction that was shown to this session came back with its token (threat 33).
    pub(super) fn is_genuine(&self, token: &str, session: Option<&(Digest, SessionRecord)>) -> bool {
        self.form_token(session).as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// A token for forms of this transaction that no foreign page can know, good for one session.
    pub fn form_token(&self, session: Option<&(Digest, SessionRecord)>) -> String {
        let session = session.map(|(digest, _)| hex::encode(digest.0)).unwrap_or_default();
        hex::encode(Digest::of(Purpose::FormToken, &format!("{}/{session}", self.binding)).0)
    }
}

impl Login {
    /// Begins a transaction. `connection` is set when there is only one to choose.
    pub(super) fn begin(&self, errand: Errand, connection: Option<ConnectionName>) -> Result<Held, Stop> {
        let entropy = &*self.provider.entropy;
        let began = self.provider.now();
        let id = new_id(began, &alphanumeric(entropy, 15))?;
        let transaction = Transaction {
            began,
            expires: began + self.provider.config.lifetimes.transaction,
            state: alphanumeric(entropy, 43),
            errand,
            connection,
            sent: None,
            declined: false,
            consented: None,
            chosen: None,
        };
        Ok(Held { id, binding: token43(entropy), transaction })
    }

    /// Both cookies of a new transaction, and the removal of the oldest beyond sixteen.
    pub(super) fn cookies(&self, held: &Held, pending: &[TransactionId]) -> Result<Vec<CookieChange>, OauthError> {
        let seconds = held.transaction.expires.since(self.provider.now()).0;
        let mut changes =
            vec![CookieChange::Binding(held.id.clone(), held.binding.clone(), seconds), self.reseal(held)?];
        changes.extend(surplus(pending, &held.id).into_iter().map(CookieChange::Drop));
        Ok(changes)
    }

    /// The second cookie, sealed anew.
    pub(super) fn reseal(&self, held: &Held) -> Result<CookieChange, OauthError> {
        let too_big = OauthError::invalid_request("the request is too large for a sign-in");
        let plain = postcard::to_stdvec(&held.transaction).map_err(|_| too_big)?;
        let sealed = self.provider.keys.sealer().seal(
            SealPurpose::Transaction,
            held.binding.as_bytes(),
            held.id.as_str().as_bytes(),
            &plain,
            &*self.provider.entropy,
        );
        let text = URL_SAFE_NO_PAD.encode(sealed);
        if "__Secure-login".len() + text.len() > LARGEST {
            return Err(too_big);
        }
        let seconds = held.transaction.expires.since(self.provider.now()).0;
        Ok(CookieChange::Sealed(held.id.clone(), text, seconds))
    }

    /// Gives a transaction its full life again, both cookies of it.
    pub(super) fn renew(&self, held: &mut Held) -> Result<Vec<CookieChange>, OauthError> {
        held.transaction.expires = self.provider.now() + self.provider.config.lifetimes.transaction;
        self.cookies(held, &[])
    }

    /// Opens the transaction that the two cookies hold. Whatever is missing, foreign, tampered with or too old is "start again".
    pub fn open(&self, id: &TransactionId, binding: Option<&str>, sealed: Option<&str>) -> Result<Held, Stop> {
        let (binding, sealed) = binding.zip(sealed).ok_or(Stop::StartAgain)?;
        if sealed.len() > LARGEST || binding.len() != 43 {
            return Err(Stop::StartAgain);
        }
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Stop::StartAgain)?;
        let sealer = self.provider.keys.sealer();
        let plain = sealer
            .open(SealPurpose::Transaction, binding.as_bytes(), id.as_str().as_bytes(), &sealed)
            .map_err(|_| Stop::StartAgain)?;
        let transaction: Transaction = postcard::from_bytes(&plain).map_err(|_| Stop::StartAgain)?;
        let now = self.provider.now();
        // A clock that jumped back may make `began` lie ahead a little; an hour ahead it is no clock's fault.
        if now >= transaction.expires || transaction.began > now + Span::hours(2) {
            return Err(Stop::StartAgain);
        }
        Ok(Held { id: id.clone(), binding: binding.to_owned(), transaction })
    }
}

/// Seven characters of start time in an alphabet that sorts as ASCII does, then the random ones.
fn new_id(began: Timestamp, random: &str) -> Result<TransactionId, Stop> {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut time = [b'0'; 7];
    let mut rest = began.0;
    for place in time.iter_mut().rev() {
        *place = ALPHABET[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    let text: String = time.iter().map(|b| char::from(*b)).chain(random.chars()).collect();
    TransactionId::parse(&text).map_err(|_| Stop::StartAgain)
}

/// The oldest transactions beyond the sixteen that a browser keeps, the new one counted.
pub(super) fn surplus(pending: &[TransactionId], new: &TransactionId) -> Vec<TransactionId> {
    let mut others: Vec<TransactionId> = pending.iter().filter(|id| *id != new).cloned().collect();
    others.sort();
    let too_many = (others.len() + 1).saturating_sub(KEPT);
    others.truncate(too_many);
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(seconds: u64) -> TransactionId {
        new_id(Timestamp(seconds), "aaaaaaaaaaaaaaa").unwrap_or_else(|_| panic!("an id"))
    }

    #[test]
    fn ids_sort_by_their_start_so_the_oldest_is_known() {
        let ids: Vec<_> = [1_700_000_000, 1_700_000_061, 1_763_000_000, 1_900_000_000].map(id).into();
        assert!(ids.is_sorted());
    }

    #[test]
    fn beyond_sixteen_the_oldest_goes() {
        let pending: Vec<_> = (0..20).map(|n| id(1_763_000_000 + n)).collect();
        assert_eq!(surplus(&pending, &id(1_763_000_100)), pending[..5]);
        assert!(surplus(&pending[..15], &id(1_763_000_100)).is_empty());
    }
}
