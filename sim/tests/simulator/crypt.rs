//! The envelope against the recorded vectors, and what must be refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use wecom_sim::crypt::{CryptError, MsgCrypt};

#[derive(Deserialize)]
struct Vector {
    name: String,
    token: String,
    key: String,
    receiveid: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    signature: String,
    random: String,
    msg: String,
    pad: u8,
    len: usize,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn vector(name: &str) -> Vector {
    vectors().into_iter().find(|it| it.name == name).unwrap()
}

impl Vector {
    fn crypt(&self) -> MsgCrypt {
        MsgCrypt::new(&self.token, &self.key, &self.receiveid).unwrap()
    }

    fn open(&self, crypt: &MsgCrypt) -> Result<String, CryptError> {
        crypt.open(&self.signature, &self.timestamp, &self.nonce, &self.encrypt)
    }

    /// Opens another ciphertext under a signature that fits it.
    fn open_other(&self, encrypted: &str) -> Result<String, CryptError> {
        let crypt = self.crypt();
        let signature = crypt.sign(&self.timestamp, &self.nonce, encrypted);
        crypt.open(&signature, &self.timestamp, &self.nonce, encrypted)
    }
}

#[test]
fn every_vector_opens_and_is_made_again() {
    for vector in vectors() {
        let crypt = vector.crypt();
        assert_eq!(crypt.sign(&vector.timestamp, &vector.nonce, &vector.encrypt), vector.signature, "{}", vector.name);
        assert_eq!(vector.open(&crypt).as_deref(), Ok(vector.msg.as_str()), "{}", vector.name);
        let random: [u8; 16] = vector.random.as_bytes().try_into().unwrap();
        assert_eq!(crypt.encrypt_with(&random, &vector.msg).unwrap(), vector.encrypt, "{}", vector.name);
        let padded = crypt.decrypt_padded(&vector.encrypt).unwrap();
        assert_eq!((padded.len(), padded.last()), (vector.len, Some(&vector.pad)), "{}", vector.name);
    }
}

#[test]
fn a_message_opens_again_whatever_its_length() {
    let crypt = vector("sim-echostr").crypt();
    for length in 0..70 {
        let message = "字".repeat(length);
        let encrypted = crypt.encrypt(&message).unwrap();
        let signature = crypt.sign("1", "2", &encrypted);
        assert_eq!(crypt.open(&signature, "1", "2", &encrypted).unwrap(), message);
    }
}

#[test]
fn the_spare_bits_of_the_key_do_not_matter_and_its_length_does() {
    let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    assert!(MsgCrypt::new("t", key, "r").is_ok());
    for wrong in [&key[1..], "", &format!("{key}="), &key.replace('j', "!")] {
        assert_eq!(MsgCrypt::new("t", wrong, "r").unwrap_err(), CryptError::AesKey, "{wrong}");
    }
}

#[test]
fn a_signature_that_does_not_fit_is_refused() {
    let vector = vector("official-post");
    let crypt = vector.crypt();
    let changed = vector.signature.replacen('4', "5", 1);
    let upper = vector.signature.to_ascii_uppercase();
    for signature in [changed.as_str(), upper.as_str(), ""] {
        let opened = crypt.open(signature, &vector.timestamp, &vector.nonce, &vector.encrypt);
        assert_eq!(opened, Err(CryptError::Signature));
    }
    let opened = crypt.open(&vector.signature, &vector.timestamp, "1372623148", &vector.encrypt);
    assert_eq!(opened, Err(CryptError::Signature));
}

#[test]
fn another_receiver_is_refused() {
    let foreign = vectors().pop().unwrap();
    let crypt = MsgCrypt::new(&foreign.token, &foreign.key, "wwsimcorp00000001").unwrap();
    assert_eq!(foreign.open(&crypt), Err(CryptError::ReceiveId));
    assert_eq!(CryptError::ReceiveId.number(), -40005);
}

#[test]
fn a_damaged_ciphertext_is_refused() {
    let vector = vector("sim-echostr");
    let mut bytes = STANDARD.decode(&vector.encrypt).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(vector.open_other(&STANDARD.encode(&bytes)), Err(CryptError::Buffer));
    assert_eq!(vector.open_other(&STANDARD.encode(&bytes[..63])), Err(CryptError::Decrypt));
    assert_eq!(vector.open_other(""), Err(CryptError::Decrypt));
    assert_eq!(vector.open_other("???"), Err(CryptError::Base64));
}

#[test]
fn wrong_padding_and_a_length_beyond_the_end_are_refused() {
    let vector = vector("sim-echostr");
    let crypt = vector.crypt();
    let good = crypt.decrypt_padded(&vector.encrypt).unwrap();
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut buffer = good.clone();
        change(&mut buffer);
        vector.open_other(&crypt.encrypt_padded(buffer).unwrap())
    };
    assert_eq!(with(&|buffer| buffer[63] = 0), Err(CryptError::Buffer));
    assert_eq!(with(&|buffer| buffer[63] = 33), Err(CryptError::Buffer));
    assert_eq!(with(&|buffer| buffer[60] = 1), Err(CryptError::Buffer));
    assert_eq!(with(&|buffer| buffer[16] = 0xff), Err(CryptError::Buffer));
    assert_eq!(with(&|buffer| buffer[19] += 1), Err(CryptError::ReceiveId));
    assert_eq!(with(&|buffer| buffer.truncate(16)), Err(CryptError::Buffer));
}
