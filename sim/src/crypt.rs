//! The envelope of events (`WXBizMsgCrypt`): SHA-1 signature, AES-256-CBC, padding to 32 bytes.

use std::fmt;

use aes::Aes256;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use sha1::{Digest as _, Sha1};

/// The padding fills up to a multiple of this, though a cipher block has 16 bytes.
const PADDING_BLOCK: usize = 32;
const CIPHER_BLOCK: usize = 16;
/// Random bytes and the length that stand before the message.
const HEAD: usize = 20;

/// Decodes `EncodingAESKey`, whose 43 characters carry two spare bits that need not be zero.
const KEY_ENGINE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Why an envelope could not be opened or made; the numbers are those of the official library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CryptError {
    /// -40001: the signature does not fit.
    Signature,
    /// -40004: the `EncodingAESKey` is no key.
    AesKey,
    /// -40005: it was meant for another receiver.
    ReceiveId,
    /// -40006: it cannot be encrypted.
    Encrypt,
    /// -40007: it cannot be decrypted.
    Decrypt,
    /// -40008: what was decrypted makes no sense.
    Buffer,
    /// -40010: it is not base64.
    Base64,
}

impl CryptError {
    /// The number the official library returns.
    pub fn number(self) -> i32 {
        match self {
            Self::Signature => -40001,
            Self::AesKey => -40004,
            Self::ReceiveId => -40005,
            Self::Encrypt => -40006,
            Self::Decrypt => -40007,
            Self::Buffer => -40008,
            Self::Base64 => -40010,
        }
    }
}

impl fmt::Display for CryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?} ({})", self.number())
    }
}

impl std::error::Error for CryptError {}

/// The token, the key and the receiver of one callback address.
#[derive(Clone)]
pub struct MsgCrypt {
    token: String,
    key: [u8; 32],
    receive_id: String,
}

impl fmt::Debug for MsgCrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MsgCrypt").field("receive_id", &self.receive_id).finish_non_exhaustive()
    }
}

impl MsgCrypt {
    /// Takes the three values as the console shows them.
    pub fn new(token: &str, encoding_aes_key: &str, receive_id: &str) -> Result<Self, CryptError> {
        if encoding_aes_key.len() != 43 {
            return Err(CryptError::AesKey);
        }
        let key = KEY_ENGINE
            .decode(format!("{encoding_aes_key}="))
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CryptError::AesKey)?;
        Ok(Self { token: token.to_owned(), key, receive_id: receive_id.to_owned() })
    }

    /// The signature over an encrypted text, in lower-case hex.
    pub fn sign(&self, timestamp: &str, nonce: &str, encrypted: &str) -> String {
        let mut parts = [self.token.as_str(), timestamp, nonce, encrypted];
        parts.sort_unstable();
        let digest = Sha1::digest(parts.concat());
        hex(&digest)
    }

    /// Encrypts a message behind 16 random bytes.
    pub fn encrypt(&self, message: &str) -> Result<String, CryptError> {
        let mut random = [0_u8; 16];
        rand::fill(&mut random[..]);
        self.encrypt_with(&random, message)
    }

    /// Encrypts a message behind these 16 bytes.
    pub fn encrypt_with(&self, random: &[u8; 16], message: &str) -> Result<String, CryptError> {
        let length = u32::try_from(message.len()).map_err(|_| CryptError::Encrypt)?;
        let mut buffer = random.to_vec();
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(message.as_bytes());
        buffer.extend_from_slice(self.receive_id.as_bytes());
        pad(&mut buffer);
        self.encrypt_padded(buffer)
    }

    /// Encrypts a buffer that is padded already; for tests of receivers.
    pub fn encrypt_padded(&self, mut buffer: Vec<u8>) -> Result<String, CryptError> {
        let length = buffer.len();
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&self.key, &self.key[..CIPHER_BLOCK])
            .map_err(|_| CryptError::AesKey)?;
        let encrypted = cipher.encrypt_padded::<NoPadding>(&mut buffer, length).map_err(|_| CryptError::Encrypt)?;
        Ok(STANDARD.encode(encrypted))
    }

    /// Checks the signature, decrypts, checks the receiver.
    pub fn open(&self, signature: &str, timestamp: &str, nonce: &str, encrypted: &str) -> Result<String, CryptError> {
        if self.sign(timestamp, nonce, encrypted) != signature {
            return Err(CryptError::Signature);
        }
        let buffer = self.decrypt_padded(encrypted)?;
        let content = unpad(&buffer)?;
        let length = content.get(16..HEAD).ok_or(CryptError::Buffer)?;
        let length = length.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        let end = HEAD.checked_add(length).ok_or(CryptError::Buffer)?;
        let message = content.get(HEAD..end).ok_or(CryptError::Buffer)?;
        if &content[end..] != self.receive_id.as_bytes() {
            return Err(CryptError::ReceiveId);
        }
        String::from_utf8(message.to_vec()).map_err(|_| CryptError::Buffer)
    }

    /// Decrypts without looking at the content; for tests of receivers.
    pub fn decrypt_padded(&self, encrypted: &str) -> Result<Vec<u8>, CryptError> {
        let mut buffer = STANDARD.decode(encrypted).map_err(|_| CryptError::Base64)?;
        if buffer.is_empty() || !buffer.len().is_multiple_of(CIPHER_BLOCK) {
            return Err(CryptError::Decrypt);
        }
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&self.key, &self.key[..CIPHER_BLOCK])
            .map_err(|_| CryptError::AesKey)?;
        let content = cipher.decrypt_padded::<NoPadding>(&mut buffer).map_err(|_| CryptError::Decrypt)?;
        Ok(content.to_vec())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Appends 1 to 32 bytes, each holding their number.
fn pad(buffer: &mut Vec<u8>) {
    let count = PADDING_BLOCK - buffer.len() % PADDING_BLOCK;
    let value = u8::try_from(count).unwrap_or_default();
    buffer.resize(buffer.len() + count, value);
}

/// Takes the padding off: between 1 and 32 bytes, all of the same value.
fn unpad(buffer: &[u8]) -> Result<&[u8], CryptError> {
    let value = *buffer.last().ok_or(CryptError::Buffer)?;
    let count = usize::from(value);
    if count == 0 || count > PADDING_BLOCK || count > buffer.len() {
        return Err(CryptError::Buffer);
    }
    let (content, padding) = buffer.split_at(buffer.len() - count);
    if padding.iter().any(|byte| *byte != value) {
        return Err(CryptError::Buffer);
    }
    Ok(content)
}
