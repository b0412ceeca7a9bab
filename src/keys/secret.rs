//! 32 secret bytes as one line of base64url, and the fingerprints by which a store knows them.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::{Zeroize as _, Zeroizing};

use super::error::KeyError;
use super::folder::Folder;
use crate::domain::random::Entropy;

/// Reads a file of 43 characters and a line end; `None` when there is none.
pub(super) fn read(folder: &Folder, name: &str) -> Result<Option<Zeroizing<[u8; 32]>>, KeyError> {
    let Some(text) = folder.read(name)? else { return Ok(None) };
    let mut bytes = Zeroizing::new([0; 32]);
    match URL_SAFE_NO_PAD.decode_slice(text.trim_end(), &mut *bytes) {
        Ok(32) => Ok(Some(bytes)),
        _ => Err(KeyError::damaged(&folder.path(name), "it is not 43 characters of base64url")),
    }
}

/// Makes a new secret and keeps it in a file of that name.
pub(super) fn make(folder: &Folder, name: &str, entropy: &dyn Entropy) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    entropy.fill(&mut *bytes);
    let mut line = URL_SAFE_NO_PAD.encode(*bytes);
    line.push('\n');
    let written = folder.write_first(name, line.as_bytes());
    line.zeroize();
    written.map(|()| bytes)
}

/// What may be told of a secret: 64 hexadecimal digits of a SHA-256 over its kind and itself.
pub(super) fn fingerprint(kind: &str, secret: &[u8; 32]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"wecom-oidc key fingerprint 1\0");
    context.update(kind.as_bytes());
    context.update(b"\0");
    context.update(secret);
    hex::encode(context.finish())
}
