//! Events as a receiver gets them.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;
use wecom_sim::crypt::MsgCrypt;
use wecom_sim::{Event, Manner, Receiver};

use crate::stand::{APP, CORP, Stand};

const TOKEN: &str = "SimToken2025";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

/// What the receiver does with the nth request.
type Behaviour = fn(usize) -> Option<u16>;

/// A receiver that keeps the plain XML of what it gets, or what was wrong with it.
struct Inbox {
    receiver: Receiver,
    received: Arc<Mutex<Vec<(String, String)>>>,
}

impl Inbox {
    /// `behaviour` gives the status of each answer; without one the request is left unanswered.
    async fn new(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let kept = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(serve(listener, kept.clone(), behaviour));
        let receiver = Receiver {
            url,
            token: TOKEN.to_owned(),
            encoding_aes_key: KEY.to_owned(),
            agent_id: Some(APP),
            ..Receiver::default()
        };
        Self { receiver, received: kept }
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().iter().map(|(xml, _)| xml.clone()).collect()
    }

    fn signatures(&self) -> Vec<String> {
        self.received.lock().unwrap().iter().map(|(_, signature)| signature.clone()).collect()
    }
}

async fn serve(listener: TcpListener, received: Arc<Mutex<Vec<(String, String)>>>, behaviour: Behaviour) {
    let mut held = Vec::new();
    let mut count = 0;
    while let Ok((mut stream, _)) = listener.accept().await {
        let (target, body) = read_request(&mut stream).await;
        let answer = understand(&target, &body);
        let status = behaviour(count);
        count += 1;
        received.lock().unwrap().push(answer.clone());
        let Some(status) = status else {
            held.push(stream);
            continue;
        };
        let text = if target.contains("echostr") { answer.0 } else { String::new() };
        let length = text.len();
        let response = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}");
        stream.write_all(response.as_bytes()).await.unwrap();
    }
}

async fn read_request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap();
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
            .map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            let target = head.split(' ').nth(1).unwrap().to_owned();
            return (target, body.to_owned());
        }
    }
}

/// Opens the envelope; gives the plain text and the signature.
fn understand(target: &str, body: &str) -> (String, String) {
    let url = Url::parse("http://x").unwrap().join(target).unwrap();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let encrypted = value("echostr").unwrap_or_else(|| between(body, "<Encrypt><![CDATA[", "]]></Encrypt>"));
    let signature = value("msg_signature").unwrap();
    let (timestamp, nonce) = (value("timestamp").unwrap(), value("nonce").unwrap());
    let crypt = MsgCrypt::new(TOKEN, KEY, CORP).unwrap();
    let opened = crypt.open(&signature, &timestamp, &nonce, &encrypted);
    (opened.unwrap_or_else(|error| error.to_string()), signature)
}

fn between(text: &str, begin: &str, end: &str) -> String {
    let rest = text.split_once(begin).unwrap().1;
    rest.split_once(end).unwrap().0.to_owned()
}

fn unsubscribe(userid: &str) -> Event {
    Event::Unsubscribe { userid: userid.to_owned() }
}

#[tokio::test]
async fn an_app_event_says_who_and_which_app() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|_| Some(200)).await;
    let deliveries = stand.send_events(&inbox.receiver, &[unsubscribe("zhangsan")], &Manner::default()).await.unwrap();
    assert!(deliveries[0].acknowledged);
    let xml = &inbox.received()[0];
    assert_eq!(*xml, deliveries[0].xml);
    for part in [
        "<ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName>",
        "<FromUserName><![CDATA[zhangsan]]></FromUserName>",
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event>",
        "<EventKey><![CDATA[]]></EventKey><AgentID>1000002</AgentID></xml>",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
}

#[tokio::test]
async fn contact_events_carry_what_the_kind_asks_for() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|_| Some(200)).await;
    let receiver = Receiver { agent_id: None, ..inbox.receiver.clone() };
    let events = [
        json!({ "event": "create_user", "userid": "wenli" }),
        json!({ "event": "create_user", "userid": "wenli", "full": true }),
        json!({ "event": "update_user", "userid": "lisi", "new_userid": "li.si", "changed": { "Status": "2", "Name": "李]]>四" } }),
        json!({ "event": "delete_user", "userid": "boss" }),
        json!({ "event": "create_party", "id": 31, "name": "甲", "parent_id": 7 }),
        json!({ "event": "update_party", "id": 31, "parent_id": 9 }),
        json!({ "event": "delete_party", "id": 31 }),
        json!({ "event": "update_tag", "tag_id": 1, "add_users": ["a", "b"], "del_parties": [7, 8] }),
    ];
    let events: Vec<Event> = events.into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();
    stand.send_events(&receiver, &events, &Manner::default()).await.unwrap();
    let expected = [
        "<ChangeType><![CDATA[create_user]]></ChangeType><UserID><![CDATA[wenli]]></UserID><Department><![CDATA[1,7]]></Department></xml>",
        "<Mobile><![CDATA[13800000003]]></Mobile>",
        "<NewUserID><![CDATA[li.si]]></NewUserID><Name><![CDATA[李]]]]><![CDATA[>四]]></Name><Status>2</Status></xml>",
        "<ChangeType><![CDATA[delete_user]]></ChangeType><UserID><![CDATA[boss]]></UserID></xml>",
        "<Id>31</Id><Name><![CDATA[甲]]></Name><ParentId>7</ParentId><Order>0</Order></xml>",
        "<ChangeType><![CDATA[update_party]]></ChangeType><Id>31</Id><ParentId>9</ParentId></xml>",
        "<ChangeType><![CDATA[delete_party]]></ChangeType><Id>31</Id></xml>",
        "<TagId>1</TagId><AddUserItems><![CDATA[a,b]]></AddUserItems><DelPartyItems><![CDATA[7,8]]></DelPartyItems></xml>",
    ];
    for (xml, part) in inbox.received().iter().zip(expected) {
        assert!(xml.contains("<FromUserName><![CDATA[sys]]></FromUserName>"));
        assert!(xml.contains(part), "{part} in {xml}");
    }
    let item = "<ExtAttr><Item><Name><![CDATA[工号]]></Name><Type>0</Type><Text><Value><![CDATA[A1007]]></Value></Text></Item>";
    assert!(inbox.received()[1].contains(item), "{}", inbox.received()[1]);
}

#[tokio::test]
async fn three_attempts_and_every_status_but_200_is_a_failure() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|count| Some(if count == 2 { 200 } else { 204 })).await;
    let deliveries = stand.send_events(&inbox.receiver, &[unsubscribe("lisi")], &Manner::default()).await.unwrap();
    let statuses: Vec<_> = deliveries[0].attempts.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(204), Some(204), Some(200)]);
    let signatures = inbox.signatures();
    assert!(signatures.iter().all(|it| *it == signatures[0]), "the same envelope");
    let manner = Manner { resign: true, ..Manner::default() };
    let failing = Inbox::new(|_| Some(500)).await;
    let deliveries = stand.send_events(&failing.receiver, &[unsubscribe("lisi")], &manner).await.unwrap();
    assert!(!deliveries[0].acknowledged);
    assert_eq!(deliveries[0].attempts.len(), 3);
    let signatures = failing.signatures();
    assert!(signatures[0] != signatures[1] && signatures[1] != signatures[2]);
}

#[tokio::test]
async fn no_answer_in_five_seconds_is_a_failure() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|count| (count > 0).then_some(200)).await;
    let deliveries = stand.send_events(&inbox.receiver, &[unsubscribe("lisi")], &Manner::default()).await.unwrap();
    let attempts = &deliveries[0].attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0].status, None);
    assert!((4900..6500).contains(&attempts[0].millis));
    assert!(attempts[0].error.as_deref().is_some_and(|error| !error.contains("msg_signature")));
}

#[tokio::test]
async fn events_can_come_twice_and_in_the_wrong_order() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|_| Some(200)).await;
    let manner = Manner { copies: 2, reversed: true, ..Manner::default() };
    let events = [unsubscribe("first"), unsubscribe("second")];
    let deliveries = stand.send_events(&inbox.receiver, &events, &manner).await.unwrap();
    assert_eq!(deliveries.len(), 4);
    let order: Vec<_> = inbox.received().iter().map(|xml| xml.contains("first")).collect();
    assert_eq!(order, [false, false, true, true]);
}

#[tokio::test]
async fn an_address_is_checked_with_an_encrypted_echo() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|_| Some(200)).await;
    let check = stand.check_receiver(&inbox.receiver).await.unwrap();
    assert!(check.passed, "{check:?}");
    assert_eq!(inbox.received(), [check.expected]);
    let foreign = Receiver { receive_id: Some("wwother".into()), ..inbox.receiver.clone() };
    let check = stand.check_receiver(&foreign).await.unwrap();
    assert!(!check.passed);
    assert!(inbox.received()[1].contains("ReceiveId"));
}

#[tokio::test]
async fn the_control_address_sends_too_and_refuses_a_bad_key() {
    let stand = Stand::new().await;
    let inbox = Inbox::new(|_| Some(200)).await;
    let url = format!("{}/events", stand.control_url());
    let mut body = json!({
        "receiver": inbox.receiver,
        "events": [{ "event": "subscribe", "userid": "lisi" }, { "event": "raw", "xml": "<xml><Event>new</Event></xml>" }],
        "manner": { "timestamp": 1_750_000_000 },
    });
    let sent = stand.http.post(&url).body(body.to_string()).send().await.unwrap();
    let deliveries: serde_json::Value = serde_json::from_str(&sent.text().await.unwrap()).unwrap();
    assert_eq!(deliveries[1]["acknowledged"], true);
    assert_eq!(inbox.received()[1], "<xml><Event>new</Event></xml>");
    body["receiver"]["encoding_aes_key"] = "short".into();
    let refused = stand.http.post(&url).body(body.to_string()).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    let check = stand.http.post(format!("{url}/check")).body(json!(inbox.receiver).to_string());
    assert!(check.send().await.unwrap().text().await.unwrap().contains("\"passed\":true"));
}
