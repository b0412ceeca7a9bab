//! What NocoBase answers (threats 24, 31): rows of links and of users, and one user with its roles.

use serde_json::Value;
use wecom_oidc::domain::phone::PhoneNumber;
use wecom_oidc::nocobase::answer::{row, rows};
use wecom_oidc::nocobase::{Link, User};

pub fn nocobase(data: &[u8]) {
    let document: Option<Value> = serde_json::from_slice(data).ok();
    let told = document.as_ref().map_or(&Value::Null, |document| &document["data"]);
    if let Ok(links) = rows::<Link>(data) {
        assert_eq!(told.as_array().map(Vec::len), Some(links.len()));
        for (link, told) in links.iter().zip(told.as_array().expect("rows")) {
            assert_eq!(
                (told["uuid"].as_str(), told["authenticator"].as_str()),
                (Some(&*link.uuid), Some(&*link.authenticator))
            );
            assert!(link.account.0 > 0 && number(&told["userId"]) == Some(link.account.0));
        }
    }
    for user in rows::<User>(data).unwrap_or_default() {
        holds(&user, told.as_array().expect("rows"));
    }
    match row::<User>(data) {
        Ok(Some(user)) => holds(&user, std::slice::from_ref(told)),
        Ok(None) => assert!(document.expect("JSON").get("data").is_some_and(Value::is_null)),
        Err(_) => {}
    }
}

/// It says no more than one of the rows, and roles only where they were told.
fn holds(user: &User, told: &[Value]) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let same = |row: &&Value| {
        number(&row["id"]) == Some(user.id.0)
            && text(&row["phone"]) == user.phone
            && text(&row["username"]) == user.username
    };
    let rows: Vec<&Value> = told.iter().filter(same).collect();
    assert!(!rows.is_empty());
    assert!(rows.iter().any(|row| {
        match &user.roles {
            None => row["roles"].is_null(),
            Some(roles) => row["roles"]
                .as_array()
                .is_some_and(|told| told.iter().all(|role| roles.contains(role["name"].as_str().expect("a name")))),
        }
    }));
    let (phone, shown) = (user.phone.clone().unwrap_or_default(), format!("{user:?}"));
    assert!(phone.len() < 7 || !shown.contains(&phone));
    if let Some(number) = PhoneNumber::parse(&phone) {
        assert_eq!(user.has(&number), number.e164().is_some());
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
