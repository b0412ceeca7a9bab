//! Looks for values in a text, in every form that a careless line would give them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Every value that stands in the text, and the line it stands in.
pub fn find<'a>(text: &str, values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values.filter_map(|value| one(text, value)).collect()
}

fn one(text: &str, value: &str) -> Option<String> {
    let (form, at) = forms(value).into_iter().find_map(|form| Some((form.text.clone(), position(text, &form)?)))?;
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[line..].lines().next().unwrap_or_default();
    Some(format!("{value:?} as {form:?} in: {line}"))
}

/// One way to write a value.
struct Form {
    text: String,
    /// Whether it may only stand as a word of its own: a userid of four letters is part of other words.
    word: bool,
}

/// As it is, percent-encoded, escaped as JSON and as Rust does, its bytes as hex and as a list, base64.
fn forms(value: &str) -> Vec<Form> {
    let percent: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let json = value.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(byte @ 0x20..0x7f) => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    let list = format!("{:?}", value.as_bytes());
    let mut texts = vec![
        value.to_owned(),
        percent.to_ascii_lowercase(),
        percent,
        json.collect(),
        value.escape_default().to_string(),
        hex::encode(value),
        list.trim_matches(['[', ']']).to_owned(),
    ];
    texts.sort();
    texts.dedup();
    let word = value.len() < 16 && value.is_ascii();
    let mut forms: Vec<Form> = texts.into_iter().map(|text| Form { text, word }).collect();
    if value.len() >= 6 {
        for mut text in [STANDARD_NO_PAD.encode(value), URL_SAFE_NO_PAD.encode(value)] {
            // The last character of an incomplete group depends on what follows.
            if !value.len().is_multiple_of(3) {
                text.pop();
            }
            forms.push(Form { text, word: false });
        }
    }
    forms
}

fn position(text: &str, form: &Form) -> Option<usize> {
    let inside = |neighbour: Option<char>| neighbour.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(&form.text).map(|(at, _)| at).find(|at| {
        let (before, after) = (text[..*at].chars().next_back(), text[at + form.text.len()..].chars().next());
        !form.word || !(inside(before) || inside(after))
    })
}

#[test]
fn threat_31_the_scanner_finds_a_planted_value_in_every_form_and_nothing_else() {
    let log = |planted: &str| format!("INFO redirected event=\"x\"\nINFO something field=\"{planted}\" more\n");
    for value in ["张三", "zhangsan", "13800000001", "a+b/c=d&e", "kJh3_-9xPq27kJh3_-9xPq27kJh3_-9xPq27"] {
        for form in forms(value) {
            let found = find(&log(&form.text), [value].into_iter());
            assert!(found.len() == 1 && found[0].contains("INFO something"), "{value} as {}", form.text);
        }
        // Within a longer encoded value.
        let around = STANDARD_NO_PAD.encode(format!("{value}:more"));
        assert!(value.len() < 6 || !find(&log(&around), [value].into_iter()).is_empty(), "{around}");
        assert!(find(&log("nothing"), [value].into_iter()).is_empty());
    }
    assert!(find(&log("nothing"), ["direct", "thing"].into_iter()).is_empty());
}
