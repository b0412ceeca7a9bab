//! Clickjacking (threat 27): every page, the newer ones among them, says that nobody may frame it.

use url::Url;

use crate::logout::frames;
use crate::support::{Client, Page, Stand};

async fn stand() -> Stand {
    let told = "frontchannel_logout_uri = \"https://app.example/out\"";
    Stand::of([
        Client::new("app").with(told),
        Client::new("other").with("frontchannel_logout_uri = \"https://other.example/out\""),
        Client::new("guided").with("phone = \"required\""),
    ])
    .await
}

#[track_caller]
fn assert_unframed(page: &Page) {
    let policies: Vec<_> = page.headers.get_all("content-security-policy").iter().collect();
    let [policy] = policies[..] else { panic!("{} policies at {}", policies.len(), page.url) };
    let policy = policy.to_str().expect("a policy");
    let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
    assert!(rules.contains(&"frame-ancestors 'none'"), "{}: {policy}", page.url);
    assert_eq!(rules.iter().filter(|rule| rule.starts_with("frame-ancestors")).count(), 1, "{policy}");
    // For browsers that know no frame-ancestors.
    assert_eq!(page.headers.get_all("x-frame-options").iter().collect::<Vec<_>>(), ["DENY"], "{}", page.url);
}

#[tokio::test]
async fn threat_27_no_page_can_be_framed_whatever_it_shows_and_whatever_it_frames_itself() {
    let stand = stand().await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let tokens = app.tokens(&zhangsan, "openid").await;
    stand.rp("other").tokens(&zhangsan, "openid").await;
    let walk = async |url: Url| zhangsan.walk(&url).await.page();
    let asks = |name: &str, value: &str| app.request().set(name, value).url();

    // Each is known by what stands on it, so that none is tried in the place of another.
    let guide = walk(stand.rp("guided").request().scope("openid phone").url()).await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    let pages = [
        ("wecom-login", walk(asks("prompt", "login")).await),
        ("consent-allow", walk(asks("prompt", "consent")).await),
        ("account-continue", walk(asks("prompt", "select_account")).await),
        ("form-post", walk(asks("response_mode", "form_post")).await),
        ("error-code", walk(asks("client_id", "nobody")).await),
        ("error-code", walk(stand.address("/nowhere")).await),
        ("error-code", walk(stand.address("/open/nobody")).await),
        ("logout-confirm", walk(stand.address("/logout")).await),
        ("phone-link", guide.clone()),
    ];
    for (id, page) in &pages {
        assert!(page.has(id), "#{id}: {}", page.body);
        assert_unframed(page);
    }
    let done = phone.walk(&guide.link("phone-link")).await.page();
    assert!(done.url.path().ends_with("/done"), "{}", done.url);
    assert_unframed(&done);
    let used = phone.walk(&guide.link("phone-link")).await.page();
    used.assert_refused(410, "link_expired");
    assert_unframed(&used);

    // The one page that frames others names them, and is framed by nobody all the same.
    let mut sign_out = stand.address("/logout");
    sign_out.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    let signed_out = walk(sign_out).await;
    assert_eq!(frames(&signed_out).len(), 2);
    assert!(
        signed_out
            .header("content-security-policy")
            .is_some_and(|policy| { policy.ends_with("; frame-src https://app.example https://other.example") })
    );
    assert_unframed(&signed_out);
    let again = zhangsan.get(&signed_out.url).await;
    assert!(frames(&again).is_empty(), "told once: {}", again.body);
    assert_unframed(&again);
}
