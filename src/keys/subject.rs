//! The secret that subjects are derived from (law 6). It is never rotated: another one would make
//! every member a stranger to every application.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::digest::Digest;
use crate::domain::ids::{CorpId, Sid, Subject};
use crate::domain::sector::Sector;

/// The key of `keys/subject.key`.
pub struct SubjectKey {
    key: hmac::Key,
    fingerprint: String,
}

impl SubjectKey {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            fingerprint: super::secret::fingerprint("subject", secret),
        }
    }

    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The `sub` of a person (OpenID Connect Core §2): 43 characters that say nothing about the person and
    /// are the same for ever. `folded_userid` is [`MemberKey::folded_userid`](crate::domain::ids::MemberKey::folded_userid);
    /// letters that were not folded are folded here, so that a slip elsewhere cannot split a person in two.
    pub fn derive(&self, corp: &CorpId, folded_userid: &str, generation: u32) -> Subject {
        self.subject(&[
            corp.as_str().as_bytes(),
            folded_userid.to_ascii_lowercase().as_bytes(),
            &generation.to_be_bytes(),
        ])
    }

    /// The `sub` of a person for the clients of one sector (OpenID Connect Core §8.1): as stable as
    /// [`Self::derive`], and without this key neither traced back to the person nor compared with that of another
    /// sector. One part more makes it another message than any public one.
    pub fn derive_pairwise(&self, corp: &CorpId, folded_userid: &str, generation: u32, sector: &Sector) -> Subject {
        self.subject(&[
            corp.as_str().as_bytes(),
            folded_userid.to_ascii_lowercase().as_bytes(),
            &generation.to_be_bytes(),
            sector.as_str().as_bytes(),
        ])
    }

    /// The name of a session for the clients of one sector: with the one `sid` of a session in their ID tokens, those of
    /// different sectors could tell that they speak of the same person. No corp is empty, so this is no message of a person.
    pub fn derive_pairwise_sid(&self, sid: &Sid, sector: &Sector) -> Sid {
        let text = self.text(&[b"", b"sid", sid.as_str().as_bytes(), sector.as_str().as_bytes()]);
        match Sid::parse(&text) {
            Ok(sid) => sid,
            Err(_) => unreachable!("43 letters of the base64url alphabet are a valid sid"),
        }
    }

    /// The mark of a phone number within a corp: equal for equal numbers, and found by trying numbers only by whoever
    /// holds this key. As above, this is no message of a person.
    pub fn mark_phone(&self, corp: &CorpId, e164: &str) -> Digest {
        let mut mark = [0; 32];
        mark.copy_from_slice(self.sign(&[b"", b"phone", corp.as_str().as_bytes(), e164.as_bytes()]).as_ref());
        Digest(mark)
    }

    fn subject(&self, parts: &[&[u8]]) -> Subject {
        match Subject::parse(&self.text(parts)) {
            Ok(subject) => subject,
            Err(_) => unreachable!("43 letters of the base64url alphabet are a valid sub"),
        }
    }

    fn text(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(parts))
    }

    fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut mac = hmac::Context::with_key(&self.key);
        for part in parts {
            // Before each part its length, so that no two persons give the same bytes.
            mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.sign()
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SubjectKey {
        SubjectKey::new(&std::array::from_fn(|i| u8::try_from(i).unwrap()))
    }

    #[test]
    fn the_derivation_is_fixed_for_ever_by_a_vector_computed_elsewhere() {
        // Python: hmac(bytes(range(32)), L("ww0123456789abcdef") + L("zhangsan") + L(pack(">I", 1)), sha256), L = length before.
        let corp = CorpId::parse("ww0123456789abcdef").unwrap();
        let subject = key().derive(&corp, "zhangsan", 1);
        assert_eq!(subject.as_str(), "23NbL6UhaC6-Iwm8mdbkjcJ1s5zaj926oMAduWikLhU");
        assert_eq!(key().derive(&corp, "ZhangSan", 1), subject, "case never makes another person");
    }

    #[test]
    fn corp_userid_and_generation_each_make_another_person_and_never_run_into_one_another() {
        let corp = |text| CorpId::parse(text).unwrap();
        let people = [("ab", "c", 1), ("a", "bc", 1), ("ab", "c", 2), ("ab", "cc", 1), ("abc", "c", 1)];
        let subjects: std::collections::BTreeSet<_> =
            people.iter().map(|(c, u, g)| key().derive(&corp(c), u, *g)).collect();
        assert_eq!(subjects.len(), people.len());
    }

    #[test]
    fn a_pairwise_subject_is_fixed_for_ever_and_another_one_in_each_sector() {
        let uri = |text| crate::domain::redirect::RedirectUri::register(text, false, false).unwrap();
        let sector = |text| Sector::of(&[uri(text)]).unwrap();
        let corp = CorpId::parse("ww0123456789abcdef").unwrap();
        let of = |userid, generation, sector: &Sector| key().derive_pairwise(&corp, userid, generation, sector);
        let app = sector("https://app.example.com/callback");
        // Python, as above with L("app.example.com") behind.
        assert_eq!(of("zhangsan", 1, &app).as_str(), "MxyOQ6OjpVThbVLdpdHoePguFPPjSfA1zLUKlYc9MtA");
        assert_eq!(of("ZhangSan", 1, &app), of("zhangsan", 1, &app));
        let others = [
            of("zhangsan", 1, &sector("https://other.example.com/callback")),
            of("zhangsan", 2, &app),
            of("lisi", 1, &app),
            key().derive(&corp, "zhangsan", 1),
        ];
        assert!(others.iter().all(|other| *other != of("zhangsan", 1, &app)), "{others:?}");
    }

    #[test]
    fn a_number_has_another_mark_in_another_corp_and_no_two_numbers_share_one() {
        let (here, there) = (CorpId::parse("ww1").unwrap(), CorpId::parse("ww2").unwrap());
        let mark = key().mark_phone(&here, "+8613800000001");
        assert_eq!(mark, key().mark_phone(&here, "+8613800000001"));
        assert_ne!(mark, key().mark_phone(&here, "+8613800000002"));
        assert_ne!(mark, key().mark_phone(&there, "+8613800000001"));
    }
}
