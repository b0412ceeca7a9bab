//! `message/send`: who is reached, what is refused, and the limits.

use serde_json::{Value, json};

use crate::stand::{APP, Stand};

const PATH: &str = "/cgi-bin/message/send";

fn card(touser: &str) -> Value {
    json!({
        "touser": touser,
        "msgtype": "textcard",
        "agentid": APP,
        "textcard": { "title": "登录", "description": "请确认", "url": "https://login.example.com/" },
    })
}

#[tokio::test]
async fn a_card_reaches_who_can_be_reached_and_names_the_others() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let answer = stand.post(PATH, &token, &card("wangwu|Nobody|OUTSIDE")).await;
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["invaliduser"], "nobody|outside");
    assert_eq!(answer["invalidparty"], "");
    assert_eq!(answer["unlicenseduser"], "");
    let sent = stand.messages();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].recipients, ["WangWu"]);
    assert_eq!(answer["msgid"], sent[0].msgid);
}

#[tokio::test]
async fn parties_tags_and_everybody_can_be_addressed() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let mut body = card("");
    body["toparty"] = "9".into();
    body["totag"] = "3|77".into();
    let answer = stand.post(PATH, &token, &body).await;
    assert_eq!(answer["invalidtag"], "77");
    assert!(stand.messages()[0].recipients.contains(&"lisi".to_owned()));
    assert!(stand.messages()[0].recipients.contains(&"tagged".to_owned()));
    stand.post(PATH, &token, &card("@all")).await;
    let everybody = &stand.messages()[1].recipients;
    assert!(everybody.contains(&"direct".to_owned()) && !everybody.contains(&"outside".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_sent_says_why() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let changed = |name: &str, value: Value| {
        let mut body = card("lisi");
        body[name] = value;
        body
    };
    let in_card = |name: &str, value: &str| {
        let mut body = card("lisi");
        body["textcard"][name] = value.into();
        body
    };
    let many = vec!["lisi"; 1001].join("|");
    let refused = [
        (changed("touser", Value::Null), 82001),
        (changed("touser", "nobody".into()), 81013),
        (changed("touser", many.into()), 40058),
        (changed("agentid", Value::Null), 41011),
        (changed("agentid", 1_000_003.into()), 301_002),
        (changed("textcard", Value::Null), 40063),
        (in_card("title", ""), 40063),
        (in_card("title", &"长".repeat(43)), 40058),
        (in_card("description", &"x".repeat(513)), 40058),
        (in_card("url", &"u".repeat(2049)), 40058),
        (in_card("btntxt", "五个字太长"), 40058),
    ];
    for (body, errcode) in refused {
        assert_eq!(stand.post(PATH, &token, &body).await["errcode"], errcode, "{body}");
    }
    assert!(stand.messages().is_empty());
}

#[tokio::test]
async fn the_same_content_inside_its_interval_is_sent_once() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let mut body = card("lisi");
    body["enable_duplicate_check"] = 1.into();
    body["duplicate_check_interval"] = 600.into();
    for _ in 0..2 {
        assert_eq!(stand.post(PATH, &token, &body).await["errcode"], 0);
    }
    assert_eq!(stand.messages().len(), 1);
    stand.advance_clock(601);
    stand.post(PATH, &token, &body).await;
    assert_eq!(stand.messages().len(), 2);
    body["duplicate_check_interval"] = 14_401.into();
    assert_eq!(stand.post(PATH, &token, &body).await["errcode"], 40058);
}

#[tokio::test]
async fn thirty_messages_a_minute_to_one_member() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    for _ in 0..30 {
        assert_eq!(stand.post(PATH, &token, &card("lisi")).await["errcode"], 0);
    }
    assert_eq!(stand.post(PATH, &token, &card("lisi")).await["errcode"], 45009);
    assert_eq!(stand.post(PATH, &token, &card("boss")).await["errcode"], 0);
    stand.advance_clock(61);
    assert_eq!(stand.post(PATH, &token, &card("lisi")).await["errcode"], 0);
}
