//! The two cookies of a transaction: id, first and second, each on a line (threats 17, 39).

use wecom_oidc::domain::ids::TransactionId;

use super::house::house;

pub fn transaction(data: &[u8]) {
    let house = house();
    let data = house.fill_in(data);
    let Ok(text) = std::str::from_utf8(&data) else { return };
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (id, first, second) = (line(), line(), line());
    let Ok(transaction) = TransactionId::parse(id) else { return };
    let genuine = house.cookies.iter().map(String::as_str).eq([id, first, second]);
    let opened = house.app.login.open(&transaction, Some(first), Some(second));
    assert_eq!(opened.is_ok(), genuine, "what was not made here, as a whole, never opens");
    assert!(house.app.login.open(&transaction, None, Some(second)).is_err());
    assert!(house.app.login.open(&transaction, Some(first), None).is_err());
}
