//! `[outbound]` and `[brand]`: the company around us, its network and its looks.

use ipnet::IpNet;

use super::model::{Brand, Outbound};
use super::reading::Found;
use super::schema;
use super::section::Section;
use super::server::check_pem;

const CA_MAX: u64 = 1024 * 1024;
const LOGO_MAX: u64 = 256 * 1024;

/// Reads `[outbound]`.
pub(super) fn outbound(root: &Section<'_>) -> Outbound {
    let section = root.table("outbound", &schema::OUTBOUND);
    let networks = section.texts("allow_private").map(|found| found.value).unwrap_or_default();
    let network = |text: Found<String>| {
        if text.value.parse::<IpNet>().is_ok() {
            return Some(text.value);
        }
        let remedy = "write a network such as \"10.20.0.0/16\", a single address as \"10.20.0.5/32\"";
        section.reading.error(&text.place, "is not a network in CIDR notation", remedy);
        None
    };
    let roots = section.file("ca_file", CA_MAX);
    Outbound {
        allow_private: networks.into_iter().filter_map(network).collect(),
        ca_pem: roots.filter(|f| check_pem(section.reading, f, "CERTIFICATE-----").is_some()).map(|f| f.value),
    }
}

/// Reads `[brand]`.
pub(super) fn brand(root: &Section<'_>) -> Brand {
    let section = root.table("brand", &schema::BRAND);
    Brand { name: section.label("name", 64).map(|found| found.value), logo: logo(&section), accent: accent(&section) }
}

/// The media type is told by the bytes, because a browser shows nothing when they contradict each other.
fn logo(section: &Section<'_>) -> Option<(Vec<u8>, &'static str)> {
    let bytes = section.file("logo", LOGO_MAX)?;
    let is_svg = || std::str::from_utf8(&bytes.value).is_ok_and(|text| text.contains("<svg"));
    if bytes.value.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some((bytes.value, "image/png"))
    } else if is_svg() {
        Some((bytes.value, "image/svg+xml"))
    } else {
        section.reading.error(&bytes.place, "is neither an SVG nor a PNG image", "name an .svg or .png file");
        None
    }
}

fn accent(section: &Section<'_>) -> Option<String> {
    let text = section.text("accent")?;
    let digits = text.value.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(text.value);
    }
    section.reading.error(&text.place, "is not a colour", "write # and six hexadecimal digits, such as \"#1f6feb\"");
    None
}
