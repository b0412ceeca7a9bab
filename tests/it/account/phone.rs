//! The remembered phone: shown by its end, and forgotten.

use wecom_oidc::domain::time::Span;

use super::account;
use crate::support::{Client, Stand};

async fn stand() -> Stand {
    Stand::of([Client::new("app").with("phone = \"required\""), Client::new("other")]).await
}

#[tokio::test]
async fn the_phone_is_shown_masked_with_where_it_came_from_and_when() {
    let stand = stand().await;
    let phone = stand.client_of("zhangsan").granting("mobile").with_header("accept-language", "en");
    stand.app().claims(&phone, "openid phone").await;
    stand.later(Span::hours(3));
    let page = account(&stand, &phone).await;
    assert_eq!(page.text_of("account-phone").as_deref(), Some("••• 0001"));
    assert!(!page.body.contains("1380000"), "{}", page.body);
    assert!(page.text().contains("when you signed in there, 3 hours ago"), "{}", page.text());

    let computer = stand.computer("lisi").with_header("accept-language", "en");
    let guide = stand.app().walk(&computer, "openid phone").await.page();
    stand.client_of("lisi").granting("mobile").walk(&guide.link("phone-link")).await.page();
    computer.click(&guide, "continue").await.answer().code();
    let page = account(&stand, &computer).await;
    assert!(page.text().contains("through the link for your phone, just now"), "{}", page.text());
    // Who gave none has none.
    let page = stand.computer("WangWu").walk(&stand.address("/account")).await.page();
    assert!(!page.has("account-phone") && !page.has("account-forget-phone"), "{}", page.text());
}

#[tokio::test]
async fn a_phone_that_was_forgotten_is_told_no_application_and_the_guide_asks_again() {
    let stand = stand().await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    let tokens = stand.app().tokens(&phone, "openid phone offline_access").await;
    let computer = stand.computer("zhangsan");
    stand.app().walk(&computer, "openid phone").await.answer().code();
    let lisi = stand.client_of("lisi").granting("mobile");
    stand.app().claims(&lisi, "openid phone").await;

    let page = account(&stand, &computer).await;
    let answer = computer.submit(&page.form("account-forget-phone")).await;
    assert_eq!(answer.redirect().and_then(|url| url.fragment().map(str::to_owned)).as_deref(), Some("phone"));
    let page = computer.onward(answer).await.page();
    assert!(!page.has("account-phone") && page.text().contains("没有保存你的手机号"), "{}", page.text());

    let claims = stand.app().userinfo(tokens.access_token()).await;
    assert!(claims.status == 200 && claims.json().get("phone_number").is_none(), "{}", claims.body);
    assert_eq!(stand.app().silently(&computer).await.error(), "interaction_required");
    let guide = stand.app().walk(&computer, "openid phone").await.page();
    assert!(guide.has("phone-link"), "asked again: {}", guide.text());
    // Nobody is signed out, nobody else's is gone, and the number is remembered anew once it is given.
    stand.rp("other").silently(&computer).await.code();
    assert_eq!(account(&stand, &lisi).await.text_of("account-phone").as_deref(), Some("••• 0002"));
    phone.walk(&guide.link("phone-link")).await.page();
    assert_eq!(account(&stand, &computer).await.text_of("account-phone").as_deref(), Some("••• 0001"));
}
