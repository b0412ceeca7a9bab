//! Nothing secret and nobody's name in the log, of a whole run at the loudest level (law 9, threat 31).

use wecom_sim::{Effect, Fault};

use crate::support::relying_party::basic;
use crate::support::setup::SECRET;
use crate::support::{Answer, Client, GETUSERDETAIL, GETUSERINFO, Journey, Program, Setup, USER_GET};

/// Everything of a journey that must not be read anywhere: codes, states, cookies, tickets.
fn collect(secrets: &mut Vec<String>, journey: &Journey) {
    for url in &journey.trail {
        let params = Answer::of(url).params;
        let hidden = ["code", "state", "id_token_hint"];
        secrets.extend(params.into_iter().filter(|(name, _)| hidden.contains(&name.as_str())).map(|(_, value)| value));
        let mut parts = url.path_segments().into_iter().flatten();
        if parts.any(|part| part == "phone") {
            secrets.extend(parts.next().map(str::to_owned));
        }
    }
}

#[tokio::test]
async fn threat_31_a_whole_run_leaves_no_secret_and_no_person_in_the_log() {
    let clients = [Client::new("app").with("phone = \"required\""), Client::new("other")];
    let program = Program::start(Setup::of(clients).on_sled()).await;
    let app = program.rp("app");
    let mut secrets = vec![SECRET.to_owned(), app.client.secret.clone().unwrap()];
    let people = [
        "zhangsan",
        "张三",
        "13800000001",
        "zhangsan@corp.example",
        "zhangsan@mail.example",
        "lisi",
        "李四",
        "13800000002",
        "赵禁用",
        "chen.liu",
        "13800000011",
    ];
    secrets.extend(people.map(str::to_owned));

    // A first login with the guide, then everything that goes well.
    let computer = program.computer("zhangsan");
    let scope = "openid profile email phone offline_access";
    let journey = app.walk(&computer, scope).await;
    collect(&mut secrets, &journey);
    let guide = journey.page();
    let wrong = program.client_of("lisi").granting("mobile").walk(&guide.link("phone-link")).await;
    collect(&mut secrets, &wrong);
    let right = program.client_of("zhangsan").granting("mobile,biz_mail,email").walk(&guide.link("phone-link")).await;
    collect(&mut secrets, &right);
    let journey = computer.click(&guide, "continue").await;
    collect(&mut secrets, &journey);
    let code = journey.answer().code();
    let tokens = app.redeem(&code).await.good();
    let next = app.refresh(tokens.refresh_token()).await.good();
    app.userinfo(next.access_token()).await;
    // And everything that goes wrong.
    app.redeem(&code).await.assert_refused(400, "invalid_grant");
    app.refresh("a-refresh-token-that-was-never-one-at-all-x").await.assert_refused(400, "invalid_grant");
    app.token_as(Some(&basic("app", "a-wrong-secret-that-somebody-typed")), &[("grant_type", "refresh_token")]).await;
    app.userinfo("an-access-token-that-was-never-one-at-all-xx").await;
    secrets.extend(["a-refresh-token-that", "a-wrong-secret-that", "an-access-token-that"].map(str::to_owned));
    for member in ["disabled", "stranger", "partner", "chen.liu_01-a@corp"] {
        collect(&mut secrets, &app.walk(&program.computer(member), scope).await);
        collect(&mut secrets, &app.walk(&program.client_of(member).granting("mobile"), scope).await);
    }
    let effects = [
        Effect::Errcode(60_020),
        Effect::Errcode(40_029),
        Effect::Status(500),
        Effect::Html,
        Effect::Drop,
        Effect::TruncatedJson,
        Effect::Redirect(format!("http://127.0.0.1:9/{SECRET}")),
    ];
    for path in [GETUSERINFO, USER_GET, GETUSERDETAIL] {
        for effect in &effects {
            let fault = Fault { path: path.to_owned(), effect: Some(effect.clone()), ..Fault::default() };
            program.sim.add_fault(fault).unwrap();
            let browser = program.client_of("zhangsan").granting("mobile");
            collect(&mut secrets, &program.rp("other").walk(&browser, scope).await);
            program.sim.clear_faults(None);
        }
    }
    let mut out = app.endpoint("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", next.id_token());
    collect(&mut secrets, &computer.walk(&out).await);
    for answer in [&tokens, &next] {
        secrets.extend([answer.access_token(), answer.refresh_token(), answer.id_token()].map(str::to_owned));
    }
    secrets.extend(computer.cookies(&guide.url).into_iter().map(|(_, value)| value));

    let log = program.log();
    assert!(log.lines().count() > 30 && log.contains("errcode=60020"), "{log}");
    // The relying party's own state is a word of the tests; `app` and the like are no secrets.
    for secret in secrets.iter().filter(|secret| secret.len() > 3 && *secret != "af0ifjsldkj") {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{secret:?} stands in the log: {}", line.unwrap_or_default());
    }
    let readable: usize = ["login.refused", "wecom.failed", "token.refused", "client.refused", "code.reused"]
        .iter()
        .filter(|event| log.contains(**event))
        .count();
    assert_eq!(readable, 5, "{log}");
}
