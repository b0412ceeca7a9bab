//! The remembered phone: what becomes of it when the number moves, goes away or is withheld, and how it is kept.

use std::path::Path;

use serde_json::{Value, json};
use wecom_oidc::domain::ids::{CorpId, MemberKey, UserId};
use wecom_oidc::domain::time::Span;
use wecom_oidc::store::Members as _;
use wecom_oidc::store::records::SealedContact;
use wecom_oidc::store::sled::SledStore;

use crate::support::held::once_let_go;
use crate::support::setup::CORP;
use crate::support::{Client, Setup, Stand};

fn has_mobile(stand: &Stand, member: &str, mobile: &str) {
    stand.sim.patch_member(None, member, &json!({ "mobile": mobile })).expect("a member");
}

async fn in_wecom(stand: &Stand, member: &str) -> Value {
    stand.app().claims(&stand.client_of(member).granting("mobile"), "openid phone").await
}

async fn at_a_computer(stand: &Stand, member: &str) -> Value {
    stand.app().claims(&stand.computer(member), "openid phone").await
}

#[tokio::test]
async fn threat_24_a_number_that_moved_to_another_member_is_not_the_first_ones_any_more() {
    let required = Client::new("required").with("phone = \"required\"");
    for setup in
        [Setup::of([Client::new("app"), required.clone()]), Setup::of([Client::new("app"), required]).on_sled()]
    {
        let stand = Stand::with(setup).await;
        assert_eq!(in_wecom(&stand, "zhangsan").await["phone_number"], "+8613800000001");
        // The administrator gives the number to lisi, who signs in.
        has_mobile(&stand, "zhangsan", "13800000098");
        has_mobile(&stand, "lisi", "+86 13800000001");
        assert_eq!(at_a_computer(&stand, "zhangsan").await["phone_number"], "+8613800000001", "nobody knows yet");
        assert_eq!(in_wecom(&stand, "lisi").await["phone_number"], "+8613800000001");

        let claims = at_a_computer(&stand, "zhangsan").await;
        assert!(claims.get("phone_number").is_none() && claims.get("phone_number_verified").is_none(), "{claims}");
        let page = stand.rp("required").walk(&stand.computer("zhangsan"), "openid phone").await.page();
        assert!(page.has("phone-link"), "asked for the new one: {}", page.text());
        let own = stand.computer("zhangsan");
        stand.app().walk(&own, "openid").await.answer();
        let account = own.walk(&stand.address("/account")).await.page();
        assert!(account.has("account-phone-moved") && account.has("account-forget-phone"), "{}", account.text());
        assert_eq!(at_a_computer(&stand, "lisi").await["phone_number"], "+8613800000001");
        assert_eq!(in_wecom(&stand, "zhangsan").await["phone_number"], "+8613800000098");
        assert_eq!(at_a_computer(&stand, "lisi").await["phone_number"], "+8613800000001");
    }
}

#[tokio::test]
async fn threat_24_a_number_of_an_earlier_version_moves_as_well() {
    let stand = Stand::with(Setup::of([Client::new("app")]).on_sled()).await;
    in_wecom(&stand, "zhangsan").await;
    let zhangsan = MemberKey::new(CorpId::parse(CORP).unwrap(), &UserId::parse("zhangsan").unwrap());
    let stand = stand
        .restarted_after(async |folder| {
            let store = once_let_go(|| SledStore::open(&folder.join("data"))).unwrap();
            let known = store.contact(&zhangsan).await.unwrap().expect("a contact");
            store.remember_contact(&zhangsan, &SealedContact { number: None, ..known }).await.unwrap();
        })
        .await;
    assert_eq!(at_a_computer(&stand, "zhangsan").await["phone_number"], "+8613800000001");
    has_mobile(&stand, "lisi", "13800000001");
    in_wecom(&stand, "lisi").await;
    let claims = at_a_computer(&stand, "zhangsan").await;
    assert!(claims.get("phone_number").is_none(), "{claims}");
}

#[tokio::test]
async fn one_number_in_two_corps_is_two_peoples_and_each_keeps_it() {
    let stand = Stand::with(Setup::default().with_second_corp()).await;
    stand
        .sim
        .patch_member(Some(crate::support::setup::SECOND_CORP), "erin", &json!({ "mobile": "13800000001" }))
        .unwrap();
    for (button, member) in [("wecom-login", "zhangsan"), ("wecom-login-second", "erin")] {
        let phone = stand.client_of(member).granting("mobile");
        let page = stand.app().walk(&phone, "openid phone").await.page();
        let code = phone.click(&page, button).await.answer().code();
        let tokens = stand.app().redeem(&code).await.good();
        assert_eq!(stand.app().userinfo(tokens.access_token()).await.json()["phone_number"], "+8613800000001");
    }
    let all: Value = stand
        .http
        .get(stand.admin("/admin/phones"))
        .bearer_auth(stand.admin_token())
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(all["phones"].as_array().map(Vec::len), Some(2), "{all}");
}

#[tokio::test]
async fn threat_24_a_number_that_went_away_is_forgotten_at_the_next_read() {
    let stand = Stand::with(Setup::of([Client::new("app")])).await;
    assert_eq!(in_wecom(&stand, "zhangsan").await["phone_number"], "+8613800000001");
    has_mobile(&stand, "zhangsan", "");
    stand.later(Span::days(31));
    // The sign-in goes on without it, and nowhere else is it released any more.
    assert!(in_wecom(&stand, "zhangsan").await.get("phone_number").is_none());
    assert!(at_a_computer(&stand, "zhangsan").await.get("phone_number").is_none());
}

#[tokio::test]
async fn a_refresh_that_is_withheld_keeps_the_number_with_its_own_time() {
    let stand = Stand::with(Setup::of([Client::new("app")])).await;
    in_wecom(&stand, "zhangsan").await;
    let listed = || async {
        let request = stand.http.get(stand.admin("/admin/phones")).bearer_auth(stand.admin_token());
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")["phones"][0].clone()
    };
    let before = listed().await;
    stand.later(Span::days(31));
    stand.sim.forget_consents(None, None).unwrap();
    // The tick is taken away in WeCom, or the administrator's switch is off: the answer is the same.
    let claims = stand.app().claims(&stand.client_of("zhangsan").granting("email"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000001");
    assert_eq!(listed().await, before, "neither its time nor its source");
}

#[tokio::test]
async fn a_number_that_cannot_be_understood_is_told_as_it_is_and_not_called_verified() {
    let national = Client::new("national").with("phone_format = \"national\"");
    let stand = Stand::of([Client::new("app"), national]).await;
    for (mobile, told) in [("85261234567", "85261234567"), ("010-8888", "010-8888")] {
        has_mobile(&stand, "zhangsan", mobile);
        let phone = stand.client_of("zhangsan").granting("mobile");
        for app in ["app", "national"] {
            let claims = stand.rp(app).claims(&phone, "openid phone").await;
            assert_eq!(claims["phone_number"], told, "{app}");
            assert!(claims.get("phone_number_verified").is_none(), "{app}: {claims}");
        }
        stand.later(Span::days(31));
    }
}

/// Whether these bytes stand in any file of a folder.
fn stands_in(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => stands_in(&path, bytes),
            false => std::fs::read(&path).expect("a file").windows(bytes.len()).any(|window| window == bytes),
        }
    })
}

#[tokio::test]
async fn threat_24_no_digits_of_a_number_stand_in_the_stores_files() {
    let stand = Stand::with(Setup::of([Client::new("app").with("phone = \"required\"")]).on_sled()).await;
    for member in ["zhangsan", "hongkong", "america"] {
        in_wecom(&stand, member).await;
    }
    let computer = stand.computer("lisi");
    let page = stand.app().walk(&computer, "openid phone").await.page();
    stand.client_of("lisi").granting("mobile").walk(&page.link("phone-link")).await.page();
    computer.click(&page, "continue").await.answer().code();
    // Stopped, so that everything is written.
    let stand = stand.restarted().await;
    let data = stand.folder().join("data");
    for known in ["zhangsan", "hongkong", "lisi"] {
        assert!(stands_in(&data, known.as_bytes()), "{known}: the files are those");
    }
    for digits in ["13800000001", "13800000002", "91234567", "2025550143", "202-555-0143"] {
        assert!(!stands_in(&data, digits.as_bytes()), "{digits}");
    }
    assert_eq!(at_a_computer(&stand, "lisi").await["phone_number"], "+8613800000002");
}
