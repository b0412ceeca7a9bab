//! The colours of a brand.

use crate::config::Brand;

/// `brand.css` for a configured accent; `None` without one.
pub fn brand_css(brand: &Brand) -> Option<String> {
    let accent = brand.accent.as_deref()?;
    Some(format!(":root {{ --accent: {accent}; }}\n"))
}
