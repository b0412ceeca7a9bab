//! ID tokens that come back as hints (threats 12, 13, 14).

use wecom_oidc::oidc::hint;

use super::house::{house, sid, subject};

pub fn hint(data: &[u8]) {
    let house = house();
    let data = house.fill_in(data);
    let Ok(token) = std::str::from_utf8(&data) else { return };
    let genuine = house.hints.iter().find(|(_, genuine)| genuine == token);
    let read = hint::read(house.provider(), token);
    // Tokens of three algorithms were signed here and no others, so no other text is one.
    assert_eq!(read.is_some(), genuine.is_some(), "{token}");
    if let (Some(read), Some((client, _))) = (read, genuine) {
        assert_eq!((&read.client, read.subject, read.sid), (client, subject(), Some(sid())));
    }
}
