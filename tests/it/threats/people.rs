//! Who enters and as whom (threats 22 and 23).

use serde_json::json;
use wecom_sim::{Quirks, QuitMember};

use crate::support::{Client, GETUSERINFO, Setup, Stand};

#[tokio::test]
async fn threat_22_whoever_is_no_member_is_told_so_and_gets_no_session() {
    let stand = Stand::new().await;
    for person in ["stranger", "customer", "farcustomer", "partner"] {
        let browser = stand.client_of(person);
        let page = stand.app().walk(&browser, "openid").await.page();
        page.assert_refused(403, "not_a_member");
        assert!(browser.cookie(&page.url, "session").is_none(), "{person}");
        assert_eq!(stand.app().silently(&browser).await.error(), "login_required", "{person}");
    }
    assert_eq!(stand.calls(GETUSERINFO), 4);
    assert_eq!(stand.calls(crate::support::USER_GET), 0);
}

#[tokio::test]
async fn threat_22_members_who_are_disabled_not_activated_gone_or_out_of_range_read_which() {
    let stand = Stand::new().await;
    for quit in [QuitMember::NotFound, QuitMember::Listed] {
        for out_of_range_code in [60_011, 60_111] {
            stand.sim.set_quirks(Quirks { quit_member: quit, out_of_range_code, ..Quirks::default() });
            let quit_code = if quit == QuitMember::Listed { "member_disabled" } else { "not_visible" };
            for (member, code) in [
                ("disabled", "member_disabled"),
                ("notactive", "member_not_activated"),
                ("quit", quit_code),
                ("outside", "not_visible"),
            ] {
                for (in_client, browser) in [(false, stand.computer(member)), (true, stand.client_of(member))] {
                    let journey = stand.app().walk(&browser, "openid").await;
                    let page = journey.page();
                    // On a computer WeCom itself may let nobody through.
                    if !in_client && page.url.as_str().starts_with(&stand.sim.api_url()) {
                        continue;
                    }
                    page.assert_refused(403, code);
                    assert_eq!(stand.app().silently(&browser).await.error(), "login_required", "{member}");
                }
            }
        }
    }
}

#[tokio::test]
async fn threat_22_the_case_of_a_userid_makes_no_other_person() {
    let stand = Stand::new().await;
    let before = stand.app().subject(&stand.computer("WangWu")).await;
    let phone = stand.client_of("WangWu").granting("mobile");
    stand.app().claims(&phone, "openid phone").await;
    stand.sim.patch_member(None, "WangWu", &json!({ "userid": "WANGwu" })).unwrap();
    let claims = stand.app().claims(&stand.computer("wangwu"), "openid profile phone").await;
    assert_eq!((&claims["sub"], &claims["preferred_username"]), (&before.into(), &"WANGwu".into()));
    assert_eq!(claims["phone_number"], "+8613800000010", "what was remembered belongs to the same person");
}

#[tokio::test]
async fn threat_22_userids_with_every_allowed_character_enter_and_the_same_userid_of_two_corps_is_two_people() {
    let stand = Stand::new().await;
    let claims = stand.app().claims(&stand.computer("chen.liu_01-a@corp"), "openid profile").await;
    assert_eq!(claims["preferred_username"], "chen.liu_01-a@corp");
    for member in ["direct", "tagged", "nowechat", "boss"] {
        stand.app().subject(&stand.computer(member)).await;
    }
}

#[tokio::test]
async fn threat_23_names_aliases_and_addresses_are_never_an_identity() {
    let stand = Stand::new().await;
    let (zhangsan, lisi) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let first = stand.app().subject(&zhangsan).await;
    let second = stand.app().subject(&lisi).await;
    assert_ne!(first, second);
    // lisi takes everything of zhangsan's that a member or an administrator can write.
    let taken = json!({
        "name": "张三", "alias": "zhangsan", "email": "zhangsan@mail.example", "biz_mail": "zhangsan@corp.example",
        "mobile": "13800000001", "position": "工程师"
    });
    stand.sim.patch_member(None, "lisi", &taken).unwrap();
    let claims = stand.app().claims(&stand.computer("lisi"), "openid profile").await;
    assert_eq!((&claims["sub"], &claims["preferred_username"]), (&second.into(), &"lisi".into()));
    assert_eq!(claims["name"], "张三", "shown, as WeCom tells it");
    let changed = json!({ "name": "李四", "alias": "", "email": "", "biz_mail": "" });
    stand.sim.patch_member(None, "zhangsan", &changed).unwrap();
    assert_eq!(stand.app().subject(&stand.computer("zhangsan")).await, first);
}

#[tokio::test]
async fn a_subject_is_the_same_for_every_client_and_after_the_store_was_lost() {
    let userid = Client::new("byname").with("subject = \"userid\"");
    let stand = Stand::of([Client::new("app"), Client::new("other"), userid]).await;
    let before = stand.app().subject(&stand.computer("zhangsan")).await;
    assert_eq!(stand.rp("other").subject(&stand.computer("zhangsan")).await, before);
    assert_eq!(stand.rp("byname").subject(&stand.computer("zhangsan")).await, "zhangsan");
    let stand = stand.restarted().await;
    assert_eq!(stand.app().subject(&stand.computer("zhangsan")).await, before, "memory was lost, the keys were not");
}

#[tokio::test]
async fn threat_23_the_same_userid_of_two_corps_is_two_users_of_nocobase() {
    let both = Client::new("both").with("profile = \"nocobase\"\nphone = \"wanted\"");
    let one = Client::new("one").with("profile = \"nocobase\"\nphone = \"wanted\"\nwecom = [\"main\"]");
    let stand = Stand::with(Setup::of([both, one]).with_second_corp()).await;
    let both = stand.rp("both");
    let mut users = Vec::new();
    for button in ["wecom-login", "wecom-login-second"] {
        let browser = stand.computer("zhangsan");
        let page = both.walk(&browser, "openid profile").await.page();
        let code = browser.click(&page, button).await.answer().code();
        let tokens = both.redeem(&code).await.good();
        let claims = both.userinfo(tokens.access_token()).await.json();
        users.push(claims["username"].as_str().expect("a username").to_owned());
    }
    assert_ne!(users[0], users[1]);
    assert!(users.iter().all(|user| user.starts_with("zhangsan") && user.len() <= 50), "{users:?}");
    let claims = stand.rp("one").claims(&stand.computer("zhangsan"), "openid profile").await;
    assert_eq!(claims["username"], "zhangsan", "one corp alone needs no mark");
}
