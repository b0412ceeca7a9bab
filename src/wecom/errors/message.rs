//! The two useful pieces of an `errmsg`: `<text>, hint: [<id>], from ip: <address>, more info at …`.
//! The text itself is never kept: it may change, and it may repeat what was sent.

use std::net::IpAddr;

/// How much of an `errmsg` is looked at.
const LOOKED_AT: usize = 1024;

/// The hint id: today some 25 digits that begin with the time, in older logs the time, `_` and hexadecimal digits.
/// Nothing of another shape is believed to be one, because it goes into the log.
pub(super) fn hint(errmsg: &str) -> Option<String> {
    // The last one: what stands before may hold a text of a caller's (60111 repeats the userid).
    let (_, tail) = start(errmsg).rsplit_once(", hint: [")?;
    let (id, _) = tail.split_once(']')?;
    let usable = (10..=96).contains(&id.len())
        && id.bytes().take(10).all(|b| b.is_ascii_digit())
        && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    usable.then(|| id.to_owned())
}

/// The address that WeCom saw us come from.
pub(super) fn from_ip(errmsg: &str) -> Option<IpAddr> {
    let (_, tail) = start(errmsg).rsplit_once(", from ip: ")?;
    let end = tail.find([',', ' ']).unwrap_or(tail.len());
    tail.get(..end.min(45))?.parse().ok()
}

fn start(errmsg: &str) -> &str {
    &errmsg[..errmsg.floor_char_boundary(LOOKED_AT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_and_address_are_found_in_the_real_shape() {
        let text = "not allow to access from your ip, hint: [1762400000123456789012345], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=60020";
        assert_eq!(hint(text).as_deref(), Some("1762400000123456789012345"));
        assert_eq!(from_ip(text), "203.0.113.9".parse().ok());
        let six = "x, hint: [1], from ip: 2001:db8::9";
        assert_eq!(from_ip(six), "2001:db8::9".parse().ok());
        assert_eq!(
            hint("no privilege , hint: [1409659589_3_0123abcdef], more").as_deref(),
            Some("1409659589_3_0123abcdef")
        );
    }

    #[test]
    fn anything_else_gives_nothing() {
        for text in [
            "",
            "invalid access_token",
            "x, hint: [",
            "x, hint: []",
            "x, hint: [a b]",
            "x, hint: [١٢٣]",
            "x, hint: [13800]",
            "x, hint: [a-secret-that-somebody-repeats]",
            "x, from ip: evil",
        ] {
            assert_eq!((hint(text), from_ip(text)), (None, None), "{text}");
        }
        assert_eq!(hint(&format!("x, hint: [{}]", "1".repeat(97))), None);
        assert_eq!(hint(&format!("{}, hint: [1]", "字".repeat(500))), None);
    }
}
