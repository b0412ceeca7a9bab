//! `gettoken`: the order of its checks, its window, and what ends a token early.

use serde_json::json;
use wecom_sim::{Options, Quirks, RepeatedGettoken};

use crate::stand::{APP, CORP, OLD_SECRET, SECOND_CORP, SECOND_SECRET, SECRET, Stand};

const GETTOKEN: &str = "/cgi-bin/gettoken";

#[tokio::test]
async fn the_same_token_inside_the_window_with_what_remains() {
    let stand = Stand::new().await;
    let query = [("corpid", CORP), ("corpsecret", SECRET)];
    let first = stand.get(GETTOKEN, &query).await;
    assert_eq!(first["errcode"], 0);
    assert_eq!(first["errmsg"], "ok");
    assert_eq!(first["expires_in"], 7200);
    assert_eq!(first["access_token"].as_str().unwrap().len(), 214);
    stand.advance_clock(7000);
    let second = stand.get(GETTOKEN, &query).await;
    assert_eq!(second["access_token"], first["access_token"]);
    assert!(second["expires_in"].as_i64().unwrap() <= 200);
    stand.advance_clock(201);
    let third = stand.get(GETTOKEN, &query).await;
    assert_ne!(third["access_token"], first["access_token"]);
}

#[tokio::test]
async fn a_repeated_gettoken_can_be_read_two_other_ways() {
    let stand = Stand::new().await;
    let query = [("corpid", CORP), ("corpsecret", SECRET)];
    let first = stand.get(GETTOKEN, &query).await;
    stand.advance_clock(1000);
    stand.set_quirks(Quirks { repeated_gettoken: RepeatedGettoken::Full, ..Quirks::default() });
    let full = stand.get(GETTOKEN, &query).await;
    assert_eq!(full["access_token"], first["access_token"]);
    assert_eq!(full["expires_in"], 7200);
    stand.set_quirks(Quirks { repeated_gettoken: RepeatedGettoken::NewToken, ..Quirks::default() });
    let new = stand.get(GETTOKEN, &query).await;
    assert_ne!(new["access_token"], first["access_token"]);
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(stand.user(old, "zhangsan").await["errcode"], 0, "the earlier one stays good");
}

#[tokio::test]
async fn the_secret_is_missed_before_the_corp() {
    let stand = Stand::new().await;
    assert_eq!(stand.get(GETTOKEN, &[]).await["errcode"], 41004);
    assert_eq!(stand.get(GETTOKEN, &[("corpsecret", SECRET)]).await["errcode"], 41002);
    let wrong_corp = [("corpid", "ww0000000000000000"), ("corpsecret", SECRET)];
    assert_eq!(stand.get(GETTOKEN, &wrong_corp).await["errcode"], 40013);
    let wrong_secret = [("corpid", CORP), ("corpsecret", SECOND_SECRET)];
    assert_eq!(stand.get(GETTOKEN, &wrong_secret).await["errcode"], 40001);
}

#[tokio::test]
async fn tokens_of_apps_and_corps_are_independent() {
    let stand = Stand::new().await;
    let one = stand.token().await;
    let two = stand.token_of(CORP, OLD_SECRET).await;
    let three = stand.token_of(SECOND_CORP, SECOND_SECRET).await;
    assert_ne!(one, two);
    assert_ne!(one, three);
    assert_eq!(stand.user(&one, "zhangsan").await["name"], "张三");
    assert_eq!(stand.user(&three, "zhangsan").await["name"], "张三丰");
}

#[tokio::test]
async fn wrong_secrets_block_the_address_for_an_hour() {
    let quirks = Quirks { wrong_secret_limit: 3, ..Quirks::default() };
    let stand = Stand::with(Options { quirks, ..Options::default() }).await;
    let wrong = [("corpid", CORP), ("corpsecret", "wrong")];
    for _ in 0..3 {
        assert_eq!(stand.get(GETTOKEN, &wrong).await["errcode"], 40001);
    }
    let right = [("corpid", CORP), ("corpsecret", SECRET)];
    assert_eq!(stand.get(GETTOKEN, &right).await["errcode"], 45009);
    stand.advance_clock(3601);
    assert_eq!(stand.get(GETTOKEN, &right).await["errcode"], 0);
}

#[tokio::test]
async fn an_expired_token_is_42001() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.advance_clock(7201);
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 42001);
    let next = stand.token().await;
    assert_eq!(stand.expire_tokens(None, Some(APP)).unwrap(), 1);
    assert_eq!(stand.user(&next, "zhangsan").await["errcode"], 42001);
}

#[tokio::test]
async fn a_revoked_token_is_40014_and_the_next_is_another() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    assert_eq!(stand.live_tokens(None, APP).unwrap(), 1);
    assert_eq!(stand.revoke_tokens(None, None).unwrap(), 1);
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 40014);
    let next = stand.token().await;
    assert_ne!(next, token);
    assert_eq!(stand.user(&next, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn another_secret_kills_the_old_token() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.patch_app(None, APP, &json!({ "secret": "the-next-secret" })).unwrap();
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 40014);
    let old = [("corpid", CORP), ("corpsecret", SECRET)];
    assert_eq!(stand.get(GETTOKEN, &old).await["errcode"], 40001);
    let next = stand.token_of(CORP, "the-next-secret").await;
    assert_eq!(stand.user(&next, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn a_disabled_app_gets_no_token() {
    let stand = Stand::new().await;
    stand.patch_app(None, APP, &json!({ "closed": true })).unwrap();
    let query = [("corpid", CORP), ("corpsecret", SECRET)];
    assert_eq!(stand.get(GETTOKEN, &query).await["errcode"], 40001);
    stand.patch_quirks(&json!({ "closed_app_gettoken": 50003 })).unwrap();
    assert_eq!(stand.get(GETTOKEN, &query).await["errcode"], 50003);
}
