//! The colours of a brand: one configured accent becomes colours that can be read, in light and dark.

use crate::config::Brand;

type Rgb = [u8; 3];

const WHITE: Rgb = [0xff; 3];
const BLACK: Rgb = [0; 3];
/// `--card` of the dark pages in `style.css`.
const DARK_CARD: Rgb = [0x17, 0x1d, 0x1c];
/// What text needs (WCAG 2.2 §1.4.3: 4.5), and a little for tinted grounds.
const TEXT: f64 = 5.2;
/// What the shape of a button needs (WCAG 2.2 §1.4.11).
const SHAPE: f64 = 3.0;

/// `brand.css` for a configured accent; `None` without one, or when it is not `#rrggbb`.
pub fn brand_css(brand: &Brand) -> Option<String> {
    let accent = parse(brand.accent.as_deref()?)?;
    let dark = towards(WHITE, accent, DARK_CARD, SHAPE);
    Some(format!(
        ":root {{ {} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n",
        rules(accent, towards(BLACK, accent, WHITE, TEXT)),
        rules(dark, towards(WHITE, accent, DARK_CARD, TEXT)),
    ))
}

fn rules(accent: Rgb, text: Rgb) -> String {
    let on_accent = if contrast(accent, WHITE) >= 4.5 { WHITE } else { BLACK };
    format!("--accent: {}; --on-accent: {}; --accent-text: {};", css(accent), css(on_accent), css(text))
}

fn parse(text: &str) -> Option<Rgb> {
    let bytes = hex::decode(text.strip_prefix('#')?).ok()?;
    bytes.try_into().ok()
}

fn css(colour: Rgb) -> String {
    format!("#{}", hex::encode(colour))
}

/// The colour nearest to `from` on its way to `end` that stands out enough from `ground`.
fn towards(end: Rgb, from: Rgb, ground: Rgb, wanted: f64) -> Rgb {
    (0..=20).map(|step| mix(from, end, step * 5)).find(|c| contrast(*c, ground) >= wanted).unwrap_or(end)
}

fn mix(from: Rgb, to: Rgb, percent: u32) -> Rgb {
    let channel = |i: usize| (u32::from(from[i]) * (100 - percent) + u32::from(to[i]) * percent) / 100;
    [0, 1, 2].map(|i| u8::try_from(channel(i)).unwrap_or(u8::MAX))
}

/// WCAG 2.2, *contrast ratio*.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2, *relative luminance*.
fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(accent: &str) -> Option<String> {
        brand_css(&Brand { accent: Some(accent.into()), ..Brand::default() })
    }

    #[test]
    fn every_accent_gives_colours_that_can_be_read() {
        for accent in ["#1f6feb", "#ffcc00", "#000000", "#ffffff", "#c2185b", "#0f766e", "#777777"] {
            let sheet = sheet(accent).expect("a colour");
            let colours: Vec<Rgb> =
                sheet.split(&[' ', ';'][..]).filter(|word| word.starts_with('#')).filter_map(parse).collect();
            let [accent, on, text, dark, dark_on, dark_text] = colours[..] else { panic!("{sheet}") };
            assert!(contrast(accent, on) >= 4.5 && contrast(dark, dark_on) >= 4.5, "{sheet}");
            assert!(contrast(text, WHITE) >= 4.5 && contrast(dark_text, DARK_CARD) >= 4.5, "{sheet}");
        }
    }

    #[test]
    fn what_is_no_colour_never_reaches_the_stylesheet() {
        for bad in ["red", "#12345", "#1234567", "#12345g", "#fff;} body{display:none"] {
            assert_eq!(sheet(bad), None, "{bad}");
        }
        assert_eq!(brand_css(&Brand::default()), None);
    }
}
