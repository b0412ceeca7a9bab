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
        if let Ok(network) = text.value.parse::<IpNet>() {
            return Some(network);
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

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{assert_only, read, with_tables};

    #[test]
    fn networks_are_written_in_cidr_notation() {
        let text = with_tables("[outbound]\nallow_private = [\"10.0.0.0/8\", \"10.0.0.1\"]");
        assert_only(&text, "outbound.allow_private[1]", 13, Error);
    }

    #[test]
    fn roots_and_logo_are_read_and_must_be_what_they_are_named() {
        let folder = tempfile::tempdir().expect("folder");
        let file = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).expect("write");
            folder.path().join(name).display().to_string()
        };
        let roots = |path: &str| with_tables(&format!("[outbound]\nca_file = \"{path}\""));
        let logo = |path: &str| with_tables(&format!("[brand]\nlogo = \"{path}\""));
        let pem = b"-----BEGIN CERTIFICATE-----\n";
        let config = read(&roots(&file("ca.pem", pem))).expect("good").config;
        assert_eq!(config.outbound.ca_pem.as_deref(), Some(pem.as_slice()));
        let config = read(&logo(&file("a.svg", b"<svg/>"))).expect("good").config;
        assert_eq!(config.brand.logo, Some((b"<svg/>".to_vec(), "image/svg+xml")));
        assert!(read(&logo(&file("a.png", b"\x89PNG\r\n\x1a\n"))).is_ok());
        assert_only(&roots(&file("empty.pem", b"")), "outbound.ca_file", 13, Error);
        assert_only(&roots("not-there.pem"), "outbound.ca_file", 13, Error);
        assert_only(&logo(&file("a.gif", b"GIF89a")), "brand.logo", 13, Error);
        assert_only(&logo(&file("large.svg", &vec![b' '; 256 * 1024 + 1])), "brand.logo", 13, Error);
    }

    #[test]
    fn a_name_is_a_line_and_an_accent_is_a_colour() {
        let brand = |line: &str| with_tables(&format!("[brand]\n{line}"));
        assert!(read(&brand("name = \"示例公司\"\naccent = \"#1F6feb\"")).is_ok());
        assert_only(&brand("name = \" \""), "brand.name", 13, Error);
        assert_only(&brand("name = \"a\\nb\""), "brand.name", 13, Error);
        for wrong in ["red", "#fff", "#1f6fe;", "#1f6febb"] {
            assert_only(&brand(&format!("accent = \"{wrong}\"")), "brand.accent", 13, Error);
        }
    }
}
