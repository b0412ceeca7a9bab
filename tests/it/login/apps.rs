//! Two apps of one corp: each is shown its own range of members and departments.

use crate::support::{Client, Setup, Stand};

#[tokio::test]
async fn who_is_out_of_range_of_one_app_stays_signed_in_through_the_other() {
    let clients = [Client::new("app").with("wecom = [\"main\"]"), Client::new("wide").with("wecom = [\"wide\"]")];
    let stand = Stand::with(Setup::of(clients).with_second_app()).await;
    let computer = stand.computer("outside");
    let tokens = stand.rp("wide").tokens(&computer, "openid profile offline_access").await.good();
    stand.app().walk(&stand.client_of("outside"), "openid").await.page().assert_refused(403, "not_visible");
    stand.rp("wide").silently(&computer).await.code();
    assert_eq!(stand.rp("wide").userinfo(tokens.access_token()).await.json()["preferred_username"], "outside");
    stand.rp("wide").refresh(tokens.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_38_what_one_app_is_shown_of_a_member_opens_nothing_at_another() {
    let clients = [
        Client::new("app").with("wecom = [\"main\"]\nallow = { departments = [20] }"),
        Client::new("open").with("wecom = [\"main\"]"),
        Client::new("wide").with("wecom = [\"wide\"]"),
    ];
    let stand = Stand::with(Setup::of(clients).with_second_app()).await;
    let computer = stand.computer("wenli");
    stand.rp("open").code(&computer, "openid").await;
    stand.rp("wide").code(&stand.computer("wenli"), "openid").await;
    assert_eq!(stand.app().silently(&computer).await.error(), "access_denied");
    stand.app().walk(&computer, "openid").await.page().assert_refused(403, "not_allowed");
}
