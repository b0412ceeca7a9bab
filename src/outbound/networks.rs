//! Which addresses a client's host may have (threat 35; RFC 9700 §4.18 speaks of the same danger for `jwks_uri` and its kin).
//!
//! Whoever registers a client names addresses that this server then visits from inside the company. So only the
//! public internet is visited, and what `outbound.allow_private` adds. The special-purpose networks are those of
//! the registries of RFC 6890.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The networks that may be visited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks {
    allowed: Vec<IpNet>,
    loopback: bool,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: u16, second: u16, third: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), length)
}

/// What is not the public internet of IPv4.
const SPECIAL_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// The public internet of IPv6 is `2000::/3` alone; within it these are not.
const SPECIAL_V6: &[Ipv6Net] = &[v6(0x2001, 0, 0, 23), v6(0x2001, 0xdb8, 0, 32), v6(0x3fff, 0, 0, 20)];
const PUBLIC_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// Networks that carry an IPv4 address in them, and the byte where it begins.
const CARRIERS: &[(Ipv6Net, usize)] = &[
    // RFC 6052: translation.
    (v6(0x64, 0xff9b, 0, 96), 12),
    // RFC 3056: 6to4.
    (v6(0x2002, 0, 0, 16), 2),
    // IPv4-compatible addresses, long given up (RFC 4291 §2.5.5.1); the system may still connect to them.
    (v6(0, 0, 0, 96), 12),
];

impl Networks {
    /// The public internet, these networks, and this machine itself when `loopback` says so.
    pub fn new(allowed: Vec<IpNet>, loopback: bool) -> Self {
        Self { allowed, loopback }
    }

    /// Whether this address may be visited.
    pub fn admit(&self, address: IpAddr) -> bool {
        // `::ffff:10.0.0.1` is 10.0.0.1.
        let address = address.to_canonical();
        if self.loopback && address.is_loopback() {
            return true;
        }
        let named = |net: &IpNet| {
            let exact = net.prefix_len() == net.max_prefix_len();
            // The keys of a cloud machine are read at 169.254.169.254: nobody opens that door by a wide network.
            net.contains(&address) && (exact || !is_link_local(address))
        };
        is_public(address) || self.allowed.iter().any(named)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => match carried(address) {
            Some(within) => is_public(IpAddr::V4(within)),
            None => PUBLIC_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address)),
        },
    }
}

/// The IPv4 address within an IPv6 one.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (_, at) = CARRIERS.iter().find(|(net, _)| net.contains(&address))?;
    let octets = address.octets();
    Some(Ipv4Addr::new(octets[*at], octets[at + 1], octets[at + 2], octets[at + 3]))
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || carried(address).is_some_and(|within| within.is_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(allowed: &[&str], loopback: bool) -> Networks {
        Networks::new(allowed.iter().map(|net| net.parse().unwrap()).collect(), loopback)
    }

    fn admits(networks: &Networks, address: &str) -> bool {
        networks.admit(address.parse().unwrap())
    }

    #[test]
    fn threat_35_only_the_public_internet_is_visited() {
        let plain = networks(&[], false);
        for public in ["1.1.1.1", "223.5.5.5", "100.63.255.255", "172.32.0.1", "2400:3200::1", "64:ff9b::1.1.1.1"] {
            assert!(admits(&plain, public), "{public}");
        }
        let special = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 \
            192.0.0.8 192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 \
            fd00:ec2::254 ff02::1 2001:db8::1 2001::1 3fff::1 4000::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::10.0.0.1 ::127.0.0.1 \
            64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 2002:7f00:1::1 2002:a9fe:a9fe::";
        for address in special.split_whitespace() {
            assert!(!admits(&plain, address), "{address}");
        }
    }

    #[test]
    fn a_network_of_the_company_is_opened_by_its_name_and_nothing_beside_it() {
        let inside = networks(&["10.20.0.0/16", "fd12:3456::/32"], false);
        assert!(
            admits(&inside, "10.20.255.1") && admits(&inside, "::ffff:10.20.0.1") && admits(&inside, "fd12:3456::9")
        );
        assert!(!admits(&inside, "10.21.0.1") && !admits(&inside, "127.0.0.1") && !admits(&inside, "fd13::9"));
    }

    #[test]
    fn threat_35_link_local_needs_an_exact_entry() {
        let wide = networks(&["0.0.0.0/0", "::/0", "169.254.0.0/16"], false);
        assert!(admits(&wide, "10.0.0.1") && admits(&wide, "127.0.0.1"));
        for address in ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254"] {
            assert!(!admits(&wide, address), "{address}");
        }
        assert!(admits(&networks(&["169.254.169.254/32"], false), "169.254.169.254"));
    }

    #[test]
    fn loopback_is_open_by_itself_only_where_the_issuer_is_there() {
        let here = networks(&[], true);
        assert!(admits(&here, "127.0.0.1") && admits(&here, "::1") && admits(&here, "::ffff:127.0.0.1"));
        assert!(!admits(&here, "10.0.0.1"));
    }
}
