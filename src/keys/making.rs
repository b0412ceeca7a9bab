//! Making private keys, and reading and writing them as PKCS#8 PEM (RFC 5208, RFC 7468 §10).
//!
//! Every key comes out of the randomness that is handed in. The `rsa` crate makes RSA keys and knows the
//! formats; it never signs.

use std::path::Path;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding, PrivateKeyInfo, SecretDocument};
use rsa::rand_core::{self, CryptoRng, RngCore};
use rsa::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::signing::{Pair, SigningKey};
use crate::domain::client::SigningAlgorithm;
use crate::domain::random::Entropy;

/// The length of the RSA keys that we make, and the least that we read (RFC 7518 §3.3).
const RSA_BITS: usize = 2048;

/// A PKCS#8 P-256 key without its public half (RFC 5915 §3) up to the 32 bytes of the secret.
const P256_HEAD: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
];

/// Thumbprints (RFC 7638) of private keys that are printed where everybody can read them.
const PUBLISHED: [&str; 9] = [
    "IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8", // RFC 7515 A.2
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", // RFC 7515 A.3
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", // RFC 7517 A.2 and RFC 7638 §3.1
    "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", // RFC 7517 A.2, P-256
    "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI", // RFC 7520 §3.4, and the tests of many libraries
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", // RFC 8037 A.1
    "oGDmHqCJ7yzMkWEkrlZVHkvrHIyQwtlDmeq5ForUHeY", // the RS256 example of jwt.io
    "pe76yyqNV8-P4uujMYv40MN2sHCvVvz1sLqCGM4OMvk", // openidconnect's tests, P-256
    "jbVIMgrWAIMlhyxhU9klrUty_fjHToTVLBYOh9JM3ws", // openidconnect's tests, Ed25519
];

/// Makes a key. RSA takes some tenths of a second: not for a thread that answers requests.
pub(super) fn make(alg: SigningAlgorithm, entropy: &dyn Entropy) -> Result<SigningKey, KeyError> {
    SigningKey::new(match alg {
        SigningAlgorithm::Rs256 => {
            let made = rsa::RsaPrivateKey::new(&mut Adapter(entropy), RSA_BITS);
            let der = made.map_err(|_| KeyError::Crypto("make an RSA key"))?.to_pkcs8_der();
            let der = der.map_err(|_| KeyError::Crypto("write an RSA key"))?;
            Pair::Rsa(RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|_| KeyError::Crypto("read an RSA key"))?)
        }
        SigningAlgorithm::Es256 => Pair::Ec(make_p256(entropy)?),
        SigningAlgorithm::EdDsa => {
            let mut seed = Zeroizing::new([0; 32]);
            entropy.fill(&mut *seed);
            let made = Ed25519KeyPair::from_seed_unchecked(&*seed);
            Pair::Ed(made.map_err(|_| KeyError::Crypto("make an Ed25519 key"))?)
        }
    })
}

fn make_p256(entropy: &dyn Entropy) -> Result<EcdsaKeyPair, KeyError> {
    // One in 2³² draws is not below the order of the curve, and is drawn again (FIPS 186-5 A.2.2).
    for _ in 0..16 {
        let mut der = Zeroizing::new([0; P256_HEAD.len() + 32]);
        der[..P256_HEAD.len()].copy_from_slice(&P256_HEAD);
        entropy.fill(&mut der[P256_HEAD.len()..]);
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &*der) {
            return Ok(pair);
        }
    }
    Err(KeyError::Crypto("make a P-256 key from the randomness handed in"))
}

/// Writes a key as PEM.
pub(super) fn to_pem(key: &SigningKey) -> Result<Zeroizing<String>, KeyError> {
    const FAILED: KeyError = KeyError::Crypto("write a private key as PEM");
    let der = key.pkcs8()?;
    let document = SecretDocument::try_from(der.as_slice()).map_err(|_| FAILED)?;
    document.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| FAILED)
}

/// Reads a key from the text of the file at `path`, and refuses one that must not sign.
pub(super) fn from_pem(alg: SigningAlgorithm, pem: &str, path: &Path) -> Result<SigningKey, KeyError> {
    let damaged = || KeyError::damaged(path, format!("it holds no private key for {} in PKCS#8 PEM", alg.as_str()));
    let (label, der) = SecretDocument::from_pem(pem).map_err(|_| damaged())?;
    if label != "PRIVATE KEY" {
        return Err(damaged());
    }
    let der = der.as_bytes();
    let pair = match alg {
        SigningAlgorithm::Rs256 => {
            let bits = rsa_bits(der).ok_or_else(damaged)?;
            if bits < RSA_BITS {
                return Err(KeyError::WeakKey { path: path.to_owned(), bits });
            }
            Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(|_| damaged())?)
        }
        SigningAlgorithm::Es256 => {
            Pair::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| damaged())?)
        }
        SigningAlgorithm::EdDsa => Pair::Ed(Ed25519KeyPair::from_pkcs8(der).map_err(|_| damaged())?),
    };
    let key = SigningKey::new(pair)?;
    if PUBLISHED.contains(&key.kid()) {
        return Err(KeyError::KnownKey { path: path.to_owned(), kid: key.kid().to_owned() });
    }
    Ok(key)
}

/// The length of an RSA key's modulus, after the crate checked that the parts of the key belong together.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    PrivateKeyInfo::try_from(der).ok()?;
    rsa::RsaPrivateKey::from_pkcs8_der(der).ok().map(|key| key.n().bits())
}

/// Our randomness as the trait that the `rsa` crate draws from.
struct Adapter<'a>(&'a dyn Entropy);

impl RngCore for Adapter<'_> {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill(buffer);
        Ok(())
    }
}

impl CryptoRng for Adapter<'_> {}
