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

/// One in so many of an address's requests may show WeCom a code it does not know: 120 a minute by default, where WeCom
/// takes some 2 500 from the whole corp. A member's own code is good, so an office does not come near it.
const UNKNOWN_CODES: u32 = 50;

/// The limits of `[limits]` that count requests, and what follows from them.
pub struct Limits {
    key: hmac::Key,
    browsers: Table,
    unknown_codes: Table,
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
            unknown_codes: Table::new(config.address_per_minute.div_ceil(UNKNOWN_CODES)),
            client_auth: Table::new(config.failed_client_auth_per_minute),
        }
    }

    /// The limits of a reloaded configuration over what was counted so far.
    pub fn renewed(&self, config: &config::Limits) -> Self {
        Self {
            key: self.key.clone(),
            browsers: self.browsers.renewed(config.address_per_minute),
            unknown_codes: self.unknown_codes.renewed(config.address_per_minute.div_ceil(UNKNOWN_CODES)),
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

    /// Whether this address may show WeCom another code: junk would use up the quota of the whole corp.
    pub fn may_show_code(&self, address: IpAddr, now: Timestamp) -> Result<(), TooMany> {
        if self.unknown_codes.per_minute == 0 {
            return Ok(());
        }
        self.unknown_codes.look(self.slot(&network(address)), now)
    }

    /// Counts a code that WeCom did not know.
    pub fn showed_unknown_code(&self, address: IpAddr, now: Timestamp) {
        if self.unknown_codes.per_minute > 0 {
            // The caller has its answer already; the next one meets the limit.
            let _ = self.unknown_codes.count(self.slot(&network(address)), now);
        }
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

    #[test]
    fn threat_36_an_ipv6_network_is_one_visitor_and_the_named_second_is_the_first_that_works() {
        let config = config::Limits { address_per_minute: 2, ..config::Limits::default() };
        let limits = Limits::new(&config, &Fixed);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let now = Timestamp(1_763_000_041);
        assert_eq!(limits.browser(address("2001:db8::1"), now), Ok(()));
        assert_eq!(limits.browser(address("2001:db8::ffff:1"), now), Ok(()));
        let Err(TooMany { retry_after }) = limits.browser(address("2001:db8::2"), now) else { panic!("a limit") };
        assert_eq!(limits.browser(address("2001:db8:0:1::1"), now), Ok(()));
        assert!(limits.browser(address("2001:db8::2"), Timestamp(now.0 + retry_after - 1)).is_err());
        assert_eq!(limits.browser(address("2001:db8::2"), Timestamp(now.0 + retry_after)), Ok(()));
        // The same person over IPv4, written in two ways.
        assert_eq!(limits.browser(address("203.0.113.7"), now), Ok(()));
        assert_eq!(limits.browser(address("::ffff:203.0.113.7"), now), Ok(()));
        assert!(limits.browser(address("203.0.113.7"), now).is_err());
    }

    #[test]
    fn threat_36_junk_codes_of_one_address_are_few_and_stop_nobody_elsewhere() {
        let limits = Limits::new(&config::Limits::default(), &Fixed);
        let (attacker, office) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([203, 0, 113, 10]));
        let now = Timestamp(1_763_000_041);
        let shown = (0..1_000).take_while(|_| {
            limits.showed_unknown_code(attacker, now);
            limits.may_show_code(attacker, now).is_ok()
        });
        assert_eq!(shown.count(), 119);
        assert_eq!(limits.may_show_code(office, now), Ok(()));
        assert_eq!(limits.may_show_code(attacker, Timestamp(now.0 + 60)), Ok(()));
        let off = Limits::new(&config::Limits { address_per_minute: 0, ..config::Limits::default() }, &Fixed);
        off.showed_unknown_code(attacker, now);
        assert_eq!(off.may_show_code(attacker, now), Ok(()));
    }
}
