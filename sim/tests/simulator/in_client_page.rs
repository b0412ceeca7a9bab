//! `/connect/oauth2/authorize`.

use serde_json::json;
use wecom_sim::{
    AutoConsent, ConsentRefusal, InactiveSignIn, ParameterOrder, PrivateinfoWithoutAgentid, Quirks, SensitiveField,
    TrustedPort,
};

use crate::stand::{APP, BACK, Stand, WECHAT, address, code_of, location, notice};

const PRIVATE: (&str, &str) = ("scope", "snsapi_privateinfo");

#[tokio::test]
async fn snsapi_base_redirects_at_once() {
    let stand = Stand::new().await;
    let page = stand.authorize(&[]).header("x-sim-member", "lisi").send().await.unwrap();
    assert!(location(&page).starts_with("http://127.0.0.1:9000/callback?code="));
    assert!(location(&page).ends_with("&state=abc123"));
    assert_eq!(page.headers()["cache-control"], "no-store");
    let code = code_of(&page);
    assert_eq!(code.len(), 43);
    let token = stand.token().await;
    assert_eq!(stand.identify(&token, &code).await["userid"], "lisi");
}

#[tokio::test]
async fn a_query_is_kept_and_a_missing_state_comes_back_empty() {
    let stand = Stand::new().await;
    stand.set_holder(Some("lisi"));
    let redirect = ("redirect_uri", "http://localhost:9000/cb?action=x");
    let page = stand.authorize(&[redirect, ("state", "")]).send().await.unwrap();
    let to = location(&page);
    assert!(to.starts_with("http://localhost:9000/cb?action=x&code="));
    assert!(to.ends_with("&state="));
}

#[tokio::test]
async fn a_fragment_loses_the_code() {
    let stand = Stand::new().await;
    stand.set_holder(Some("lisi"));
    let page = stand.authorize(&[("redirect_uri", "http://localhost/cb#/in")]).send().await.unwrap();
    assert!(location(&page).starts_with("http://localhost/cb#/in?code="));
}

#[tokio::test]
async fn every_parameter_is_checked() {
    let stand = Stand::new().await;
    stand.set_holder(Some("lisi"));
    let long = "a".repeat(129);
    let wrong = [
        ("appid", "ww0000000000000000"),
        ("appid", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "/relative"),
        ("redirect_uri", "ftp://localhost/"),
        ("response_type", "token"),
        ("scope", ""),
        ("scope", "openid"),
        ("state", "a-b"),
        ("state", &long),
        ("agentid", "77"),
    ];
    for change in wrong {
        let page = stand.authorize(&[change]).send().await.unwrap();
        assert_eq!(notice(page).await, "bad_parameter", "{change:?}");
    }
    let fits = "a".repeat(128);
    let page = stand.authorize(&[("state", &fits)]).send().await.unwrap();
    assert!(location(&page).ends_with(&fits));
}

#[tokio::test]
async fn the_host_must_be_trusted_with_its_port() {
    let stand = Stand::new().await;
    stand.set_holder(Some("lisi"));
    stand.patch_app(None, APP, &json!({ "trusted_domains": ["login.example.com:8443"] })).unwrap();
    let kind = async |uri: &str| {
        let page = stand.authorize(&[("redirect_uri", uri)]).send().await.unwrap();
        if page.status() == 302 { "redirect".to_owned() } else { notice(page).await }
    };
    assert_eq!(kind("https://login.example.com:8443/cb").await, "redirect");
    assert_eq!(kind("http://LOGIN.example.com:8443/").await, "redirect", "scheme and case do not matter");
    for uri in [
        "https://login.example.com/cb",
        "https://example.com:8443/cb",
        "https://a.login.example.com:8443/cb",
        "https://login.example.com.evil.test:8443/cb",
        "https://login.example.com:8443@evil.test/cb",
        BACK,
    ] {
        assert_eq!(kind(uri).await, "domain_err", "{uri}");
    }
    stand.set_quirks(Quirks { trusted_port: TrustedPort::Ignored, ..Quirks::default() });
    assert_eq!(kind("https://login.example.com/cb").await, "redirect");
}

#[tokio::test]
async fn without_agentid_the_domain_names_the_app() {
    let stand = Stand::new().await;
    stand.set_holder(Some("zhangsan"));
    stand.patch_app(None, 1_000_003, &json!({ "trusted_domains": ["old.example.com"] })).unwrap();
    let changes = [("agentid", ""), ("redirect_uri", "https://old.example.com/")];
    let code = code_of(&stand.authorize(&changes).send().await.unwrap());
    assert_eq!(stand.identify(&stand.token().await, &code).await["errcode"], 50001);
}

#[tokio::test]
async fn the_order_of_the_parameters_can_matter() {
    let stand = Stand::new().await;
    stand.set_holder(Some("lisi"));
    stand.set_quirks(Quirks { parameter_order: ParameterOrder::Checked, ..Quirks::default() });
    assert_eq!(stand.authorize(&[]).send().await.unwrap().status(), 302);
    let turned = stand.authorize(&[("appid", "ww0123456789abcdef")]).send().await.unwrap();
    assert_eq!(notice(turned).await, "bad_parameter");
}

#[tokio::test]
async fn an_ordinary_browser_is_sent_to_the_client_and_can_play_it() {
    let stand = Stand::new().await;
    let page = stand.authorize_from("Mozilla/5.0 Chrome/130", &[]).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(notice(page).await, "open_in_client");
    let played =
        stand.authorize_from("Mozilla/5.0 Chrome/130", &[]).header("cookie", "sim_client=wecom; sim_member=lisi");
    assert_eq!(played.send().await.unwrap().status(), 302);
}

#[tokio::test]
async fn plain_wechat_knows_no_members() {
    let stand = Stand::new().await;
    let page = stand.authorize_from(WECHAT, &[PRIVATE]).header("x-sim-member", "lisi").send().await.unwrap();
    let answer = stand.identify(&stand.token().await, &code_of(&page)).await;
    assert!(answer.get("userid").is_none());
    assert!(answer["openid"].is_string());
}

#[tokio::test]
async fn nobody_holds_the_client_until_somebody_is_chosen() {
    let stand = Stand::new().await;
    let page = stand.authorize(&[]).send().await.unwrap();
    let html = page.text().await.unwrap();
    for key in ["zhangsan", "chen.liu_01-a@corp", "outside", "partner", "customer", "stranger"] {
        assert!(html.contains(&format!("id=\"member-{key}\"")), "{key}");
    }
    let url = address(&stand.api_url(), "/sim/client", &[]);
    let form = "member=wenli&continue=%2Fconnect%2Foauth2%2Fauthorize%3Fa%3Db";
    let chosen = stand.http.post(url.clone()).body(form).send().await.unwrap();
    assert_eq!(chosen.status(), 303);
    assert_eq!(chosen.headers()["location"], "/connect/oauth2/authorize?a=b");
    assert!(chosen.headers()["set-cookie"].to_str().unwrap().starts_with("sim_member=wenli;"));
    let away = stand.http.post(url).body("member=wenli&continue=%2F%2Fevil.test").send().await.unwrap();
    assert_eq!(away.headers()["location"], "/sim/client");
    let again = stand.authorize(&[]).header("cookie", "sim_member=wenli").send().await.unwrap();
    assert_eq!(again.status(), 302);
    let unknown = stand.authorize(&[]).header("x-sim-member", "typo").send().await.unwrap();
    assert_eq!(notice(unknown).await, "unknown_person");
}

#[tokio::test]
async fn the_consent_page_lists_what_the_administrator_enabled() {
    let stand = Stand::new().await;
    stand.patch_app(None, APP, &json!({ "sensitive_fields": ["mobile", "email"] })).unwrap();
    let page = stand.authorize(&[PRIVATE]).header("x-sim-member", "zhangsan").send().await.unwrap();
    let html = page.text().await.unwrap();
    for id in ["field-mobile", "field-email", "consent-allow", "consent-refuse"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(!html.contains("field-address"));
    assert!(!html.contains("<script") && !html.contains("//cdn"));
}

#[tokio::test]
async fn the_ticked_fields_are_granted_and_remembered_for_30_days() {
    let stand = Stand::new().await;
    let url = stand.authorize(&[PRIVATE]).build().unwrap().url().clone();
    let form = "member=zhangsan&decision=allow&field=mobile";
    let submit = || stand.http.post(url.clone()).header("user-agent", crate::stand::WECOM).body(form);
    let token = stand.token().await;
    let ticket = stand.identify(&token, &code_of(&submit().send().await.unwrap())).await["user_ticket"].clone();
    let detail = stand.detail(&token, &ticket).await;
    assert_eq!(detail["mobile"], "13800000001");
    assert!(detail.get("email").is_none());
    let open = || stand.authorize(&[PRIVATE]).header("x-sim-member", "zhangsan");
    assert_eq!(open().send().await.unwrap().status(), 302, "not asked again");
    stand.advance_clock(29 * 86_400);
    assert_eq!(open().send().await.unwrap().status(), 302);
    stand.advance_clock(86_400);
    assert_eq!(open().send().await.unwrap().status(), 200, "asked again after 30 days");
}

#[tokio::test]
async fn the_member_can_change_the_choice_later() {
    let stand = Stand::new().await;
    stand.set_consent(None, APP, "zhangsan", [SensitiveField::Email].into()).unwrap();
    let page = stand.authorize(&[PRIVATE]).header("x-sim-member", "zhangsan").send().await.unwrap();
    let token = stand.token().await;
    let ticket = stand.identify(&token, &code_of(&page)).await["user_ticket"].clone();
    let detail = stand.detail(&token, &ticket).await;
    assert!(detail.get("mobile").is_none());
    assert_eq!(detail["email"], "zhangsan@mail.example");
    assert_eq!(stand.forget_consents(None, Some("zhangsan")).unwrap(), 1);
    assert_eq!(stand.consent(None, APP, "zhangsan").unwrap(), None);
}

#[tokio::test]
async fn consent_can_be_given_without_a_page() {
    let stand = Stand::new().await;
    let by_header = stand.authorize(&[PRIVATE]).header("x-sim-member", "lisi").header("x-sim-consent", "mobile,email");
    assert_eq!(by_header.send().await.unwrap().status(), 302);
    stand.set_auto_consent(Some(AutoConsent::Grant([SensitiveField::Mobile].into())));
    let by_setting = stand.authorize(&[PRIVATE]).header("x-sim-member", "boss");
    assert_eq!(by_setting.send().await.unwrap().status(), 302);
    let granted = stand.consent(None, APP, "boss").unwrap();
    assert_eq!(granted, Some([SensitiveField::Mobile].into()));
}

#[tokio::test]
async fn refusing_has_three_readings_and_is_not_remembered() {
    let stand = Stand::new().await;
    let refuse = || stand.authorize(&[PRIVATE]).header("x-sim-member", "lisi").header("x-sim-consent", "refuse");
    let page = refuse().send().await.unwrap();
    assert_eq!(location(&page), "http://127.0.0.1:9000/callback?state=abc123");
    for (reading, kind) in [(ConsentRefusal::NoRedirect, "cancelled"), (ConsentRefusal::ErrorPage, "refused")] {
        stand.set_quirks(Quirks { consent_refusal: reading, ..Quirks::default() });
        assert_eq!(notice(refuse().send().await.unwrap()).await, kind);
    }
}

#[tokio::test]
async fn out_of_range_there_is_no_consent_page_but_a_silent_code() {
    let stand = Stand::new().await;
    let private = stand.authorize(&[PRIVATE]).header("x-sim-member", "outside").send().await.unwrap();
    assert_eq!(notice(private).await, "no_permission");
    let base = stand.authorize(&[]).header("x-sim-member", "outside").send().await.unwrap();
    assert_eq!(base.status(), 302);
}

#[tokio::test]
async fn privateinfo_without_agentid_gives_no_ticket_or_an_error() {
    let stand = Stand::new().await;
    let open = || stand.authorize(&[PRIVATE, ("agentid", "")]).header("x-sim-member", "zhangsan");
    let code = code_of(&open().send().await.unwrap());
    let answer = stand.identify(&stand.token().await, &code).await;
    assert_eq!(answer["userid"], "zhangsan");
    assert!(answer.get("user_ticket").is_none());
    stand.set_quirks(Quirks { privateinfo_without_agentid: PrivateinfoWithoutAgentid::ErrorPage, ..Quirks::default() });
    assert_eq!(notice(open().send().await.unwrap()).await, "bad_parameter");
}

#[tokio::test]
async fn a_disabled_member_comes_through_unless_the_quirk_says_no() {
    let stand = Stand::new().await;
    let open = || stand.authorize(&[]).header("x-sim-member", "disabled");
    assert_eq!(open().send().await.unwrap().status(), 302);
    stand.set_quirks(Quirks { inactive_sign_in: InactiveSignIn::Refused, ..Quirks::default() });
    assert_eq!(notice(open().send().await.unwrap()).await, "inactive");
}
