//! The files beside the pages: the stylesheet, the mark, three small scripts, and the colours of a brand.

mod brand;

pub use brand::brand_css;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A file that is part of the program, served at `{base}/assets/{name}`.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// The last part of its path.
    pub name: &'static str,
    /// For `Content-Type`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: &'static [u8],
}

impl Asset {
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3), made from the bytes.
    pub fn etag(&self) -> String {
        let digest = digest(&SHA256, self.bytes);
        format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..15]))
    }
}

/// All of them.
pub const ASSETS: &[Asset] = &[
    Asset { name: "style.css", media_type: "text/css; charset=utf-8", bytes: include_bytes!("style.css") },
    Asset { name: "mark.svg", media_type: "image/svg+xml", bytes: include_bytes!("mark.svg") },
    Asset { name: "form-post.js", media_type: "text/javascript; charset=utf-8", bytes: include_bytes!("form-post.js") },
    Asset {
        name: "signed-out.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("signed-out.js"),
    },
    Asset { name: "waiting.js", media_type: "text/javascript; charset=utf-8", bytes: include_bytes!("waiting.js") },
];
