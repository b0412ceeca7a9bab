//! Who asks too often (threat 36): fixed-size tables in memory, per instance (law 1).
//!
//! Each slot counts one minute of whoever falls into it; the place is chosen by a keyed hash, so
//! nobody can aim at somebody else's slot. IPv6 addresses count by their /64.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;

use crate::config;
use crate::domain::random::{Entropy, bytes32};
use crate::domain::time::Timestamp;

const SLOTS: usize = 1 << 14;

/// The two limits of `[limits]` that count requests.
pub struct Limits {
    key: hmac::Key,
    browsers: Table,
    client_auth: Table,
}

/// Too many; after so many seconds it is worth trying again (RFC 9110 §10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// For `Retry-After`.
    pub retry_after: u64,
}

struct Table {
    /// 0 is off.
    per_minute: u32,
    /// Minute in the high half, count in the low half.
    slots: Arc<[AtomicU64]>,
}

impl Limits {
    /// Empty tables.
    pub fn new(config: &config::Limits, entropy: &dyn Entropy) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes32(entropy)),
            browsers: Table::new(config.address_per_minute),
            client_auth: Table::new(config.failed_client_auth_per_minute),
        }
    }

    /// The limits of a reloaded configuration over what was counted so far.
    pub fn renewed(&self, config: &config::Limits) -> Self {
        Self {
            key: self.key.clone(),
            browsers: self.browsers.renewed(config.address_per_minute),
            client_auth: self.client_auth.renewed(config.failed_client_auth_per_minute),
        }
    }

    /// Counts a request of a browser.
    pub fn browser(&self, address: IpAddr, now: Timestamp) -> Result<(), TooMany> {
        if self.browsers.per_minute == 0 {
            return Ok(());
        }
        self.browsers.count(self.slot(&network(address)), now)
    }

    /// Whether this address may try to authenticate this client.
    pub fn may_authenticate(&self, address: IpAddr, client_id: &str, now: Timestamp) -> Result<(), TooMany> {
        if self.client_auth.per_minute == 0 {
            return Ok(());
        }
        self.client_auth.look(self.pair(address, client_id), now)
    }

    /// Counts a failed client authentication.
    pub fn failed_authentication(&self, address: IpAddr, client_id: &str, now: Timestamp) {
        if self.client_auth.per_minute > 0 {
            // The caller has its answer already; the next one meets the limit.
            let _ = self.client_auth.count(self.pair(address, client_id), now);
        }
    }

    fn pair(&self, address: IpAddr, client_id: &str) -> usize {
        let mut bytes = network(address).to_vec();
        bytes.extend_from_slice(client_id.as_bytes());
        self.slot(&bytes)
    }

    fn slot(&self, bytes: &[u8]) -> usize {
        let tag = hmac::sign(&self.key, bytes);
        let mut eight = [0; 8];
        eight.copy_from_slice(&tag.as_ref()[..8]);
        usize::try_from(u64::from_le_bytes(eight) % SLOTS as u64).unwrap_or_default()
    }
}

fn network(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => {
            let mut octets = v6.octets();
            octets[8..].fill(0);
            octets
        }
    }
}

impl Table {
    fn new(per_minute: u32) -> Self {
        let slots = if per_minute == 0 { 0 } else { SLOTS };
        Self { per_minute, slots: (0..slots).map(|_| AtomicU64::new(0)).collect() }
    }

    fn renewed(&self, per_minute: u32) -> Self {
        match self.slots.is_empty() {
            true => Self::new(per_minute),
            false => Self { per_minute, slots: self.slots.clone() },
        }
    }

    fn look(&self, slot: usize, now: Timestamp) -> Result<(), TooMany> {
        let minute = now.0 / 60;
        let held = self.slots[slot].load(Ordering::Relaxed);
        let count = if held >> 32 == minute & 0xFFFF_FFFF { held & 0xFFFF_FFFF } else { 0 };
        if count < u64::from(self.per_minute) { Ok(()) } else { Err(TooMany { retry_after: 60 - now.0 % 60 }) }
    }

    fn count(&self, slot: usize, now: Timestamp) -> Result<(), TooMany> {
        let allowed = self.look(slot, now);
        let minute = (now.0 / 60) & 0xFFFF_FFFF;
        let counted = |held: u64| match held >> 32 == minute {
            true => Some(held.saturating_add(u64::from(held & 0xFFFF_FFFF < 0xFFFF_FFFF))),
            false => Some(minute << 32 | 1),
        };
        // Never fails: the closure always has a value.
        let _ = self.slots[slot].fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn a_minute_has_so_many_requests_and_the_next_one_begins_anew() {
        let config = config::Limits { address_per_minute: 3, ..config::Limits::default() };
        let limits = Limits::new(&config, &Fixed);
        let address = IpAddr::from([203, 0, 113, 9]);
        let now = Timestamp(1_763_000_025);
        for _ in 0..3 {
            assert_eq!(limits.browser(address, now), Ok(()));
        }
        assert!(matches!(limits.browser(address, now), Err(TooMany { retry_after: 1..=60 })));
        assert_eq!(limits.browser(IpAddr::from([203, 0, 113, 10]), now), Ok(()));
        assert_eq!(limits.browser(address, Timestamp(now.0 + 60)), Ok(()));
    }
}
