//! The card that brings the guide's link into the member's WeCom, in the language of the page.

use super::texts::{Around, Texts};
use crate::domain::language::Language;
use crate::wecom::Card;

/// How many bytes of a name stand in a sentence: the sentence itself is never cut.
const NAME: usize = 60;

/// The card for a link. It names the application and the place, as the page does (threat 26). `None` for an address
/// that is too long for a card.
pub fn card(language: Language, client_name: &str, place: &str, link: &str) -> Option<Card> {
    let t = &Texts::of(language).card;
    let (client_name, place) = (short(client_name), short(place));
    let description = [&*said(t.waits, &client_name), &said(t.place, &place), t.to_do].concat();
    Card::new(&said(t.title, &client_name), &description, link, t.button)
}

fn said(around: Around, value: &str) -> String {
    [around.before, value, around.after].concat()
}

fn short(name: &str) -> String {
    // No line of a name may pass for one of ours.
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match name.len() <= NAME {
        true => name,
        false => format!("{}…", &name[..name.floor_char_boundary(NAME)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_says_its_last_word_in_every_language_however_long_the_names_are() {
        for language in [Language::Chinese, Language::English] {
            let t = &Texts::of(language).card;
            assert!(t.button.chars().count() <= 4, "{language:?}");
            for name in ["App".to_owned(), "名".repeat(100), "<b>".repeat(40), "🧭".repeat(40)] {
                let card = card(language, &name, &"h.example.".repeat(30), "https://login.example.com/x");
                let shown = format!("{:?}", card.expect("a card"));
                assert!(shown.contains(t.to_do), "{language:?}: {shown}");
            }
        }
    }
}
