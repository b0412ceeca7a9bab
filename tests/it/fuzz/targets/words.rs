//! Single words: ids, phone numbers, scopes, languages, durations.

use wecom_oidc::domain::ids::{ClientId, ConnectionName, CorpId, Sid, Subject, TransactionId, UserId};
use wecom_oidc::domain::language::Language;
use wecom_oidc::domain::phone::PhoneNumber;
use wecom_oidc::domain::scope::Scopes;
use wecom_oidc::domain::time::Span;

pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    assert_ids(text);
    if let Some(number) = PhoneNumber::parse(text) {
        assert_phone(&number, text);
    }
    let scopes = Scopes::parse(text);
    assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
    assert!(Scopes::all().covers(scopes));
    for language in [Language::from_ui_locales(text), Language::from_accept_language(text)].into_iter().flatten() {
        assert_eq!(Language::from_ui_locales(language.tag()), Some(language));
        assert!(text.to_ascii_lowercase().contains(&language.tag()[..2]));
    }
    if let Ok(span) = text.parse::<Span>() {
        assert_eq!(span.to_string().parse(), Ok(span));
    }
}

fn assert_ids(text: &str) {
    macro_rules! id {
        ($id:ty, $longest:literal, $extra:literal) => {
            if let Ok(id) = <$id>::parse(text) {
                assert_eq!(id.as_str(), text);
                assert!((1..=$longest).contains(&text.len()));
                assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || $extra.contains(c)), "{text:?}");
            }
        };
    }
    id!(CorpId, 64, "-_");
    id!(ConnectionName, 32, "-_");
    id!(ClientId, 128, ".-_~");
    id!(UserId, 64, "_.@-");
    id!(TransactionId, 22, "");
    id!(Sid, 64, "-_");
    id!(Subject, 255, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
}

fn assert_phone(number: &PhoneNumber, text: &str) {
    assert_eq!(number.raw(), text.trim());
    assert!(number.raw().chars().count() <= 32);
    if let Some(e164) = number.e164() {
        let digits = e164.strip_prefix('+').expect("a plus");
        assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{e164}");
        assert!(!digits.starts_with('0'), "no country's code begins with a nought: {e164}");
        // The same number, however often it is read.
        assert_eq!(PhoneNumber::parse(e164).as_ref().and_then(PhoneNumber::e164), Some(e164));
        assert_eq!(PhoneNumber::parse(number.national()).as_ref().and_then(PhoneNumber::e164), Some(e164));
    }
    assert!(number.masked().bytes().filter(u8::is_ascii_digit).count() <= 4);
    assert!(!format!("{number:?}").contains(number.raw()) || number.raw().len() < 3);
}
