//! What the operator reads: every event with its reason and cure, and nobody in it (threat 31).

use super::{ZHANGSAN, setup};
use crate::support::nocobase::{Fault, KEY};
use crate::support::{Nocobase, Program};

#[tokio::test]
async fn threat_31_the_log_says_what_was_done_and_names_neither_people_nor_the_key() {
    let nocobase = Nocobase::start().await;
    nocobase.has("somebodys-username", ZHANGSAN);
    let program = Program::start(setup(&nocobase, "unmatched = \"create\"")).await;
    let signs_in = async |member: &str| {
        let browser = program.client_of(member).granting("mobile");
        program.rp("nocobase").walk(&browser, "openid profile").await.end()
    };
    assert!(signs_in("zhangsan").await.is_err(), "with a code");
    let linked = program.logged(&["nocobase.linked"]).await;
    assert!(linked.contains("client=nocobase") && linked.contains("account=2"), "{linked}");

    assert!(signs_in("lisi").await.is_err(), "with a code");
    program.logged(&["nocobase.created", "account=3"]).await;
    program.logged(&["nocobase.linked", "account=3"]).await;

    nocobase.adds("boss", Some("13800000004"), &["admin"]);
    assert!(signs_in("boss").await.is_ok(), "a page");
    let refused = program.logged(&["nocobase.refused"]).await;
    assert!(refused.contains("reason=\"protected\"") && refused.contains("cure="), "{refused}");
    program.logged(&["login.refused", "code=\"not_allowed\"", "detail=\"account_protected\"", "request_id="]).await;

    nocobase.behaves("users:list", Fault::Json(format!("{{\"data\":\"{KEY} of somebodys-username\"}}")));
    assert!(signs_in("wenli").await.is_err(), "with a code");
    let trouble = program.logged(&["nocobase.trouble"]).await;
    assert!(trouble.contains("call=\"users:list\"") && trouble.contains("goes_on=true"), "{trouble}");
    assert!(trouble.contains("cure="), "{trouble}");

    // At the level `trace`, with everything that the libraries say.
    let log = program.log();
    for secret in
        [KEY, ZHANGSAN, "13800000002", "13800000003", "zhangsan", "lisi", "wenli", "张三", "somebodys-username"]
    {
        assert!(
            !log.contains(secret),
            "{secret}: {}",
            log.lines().find(|line| line.contains(secret)).unwrap_or_default()
        );
    }
}
