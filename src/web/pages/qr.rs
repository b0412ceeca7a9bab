//! A QR code as an inline SVG that keeps the strict content policy: attributes only, no style.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// Draws `text`; `None` when it is too long for a QR code, so that the page shows the link alone.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    // Black on white whatever the colours of the page: many scanners do not read inverted codes.
    let drawn = code.render::<svg::Color>().module_dimensions(1, 1).quiet_zone(true).build();
    // The crate begins with an XML prolog, which has no place inside HTML.
    drawn.find("<svg").map(|start| drawn[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_svg_element_without_a_prolog() {
        let drawn = svg("https://login.example.com/login/abc/phone").expect("it fits");
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"));
        assert!(!drawn.contains("style="));
    }

    #[test]
    fn what_does_not_fit_is_not_drawn() {
        assert!(svg(&"x".repeat(4_000)).is_none());
    }
}
