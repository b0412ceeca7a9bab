//! WeCom broken in every way: the page, the status, and the operator's line with errcode, hint and cure.

use wecom_sim::{Effect, Fault};

use crate::support::{GETTOKEN, GETUSERDETAIL, GETUSERINFO, Program, Setup, USER_GET};

const MISCONFIGURED: (u16, &str) = (502, "wecom_misconfigured");
const UNAVAILABLE: (u16, &str) = (503, "wecom_unavailable");
const AGAIN: (u16, &str) = (400, "start_again");
const NOT_VISIBLE: (u16, &str) = (403, "not_visible");

fn fault(path: &str, effect: Effect) -> Fault {
    Fault { path: path.to_owned(), effect: Some(effect), ..Fault::default() }
}

#[tokio::test]
async fn whatever_wecom_answers_the_member_reads_a_page_and_the_operator_a_line() {
    let program = Program::start(Setup::default().tables("[lifetimes]\nupstream = \"1s\"")).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let errcodes = [
        (GETUSERINFO, 60_020, MISCONFIGURED, "企业可信IP"),
        (GETUSERINFO, 50_001, MISCONFIGURED, "可信域名"),
        (GETUSERINFO, 40_029, AGAIN, "signs in again"),
        (GETUSERINFO, 42_003, AGAIN, "signs in again"),
        (GETUSERINFO, 45_009, UNAVAILABLE, "too many"),
        (GETUSERINFO, -1, UNAVAILABLE, "busy"),
        (GETUSERINFO, 48_002, MISCONFIGURED, "自建"),
        (USER_GET, 60_020, MISCONFIGURED, "企业可信IP"),
        (USER_GET, 60_011, NOT_VISIBLE, "可见范围"),
        (USER_GET, 60_111, NOT_VISIBLE, "可见范围"),
        (USER_GET, 50_003, MISCONFIGURED, "已启用"),
        (USER_GET, 99_999, MISCONFIGURED, "错误码查询工具"),
    ];
    for (path, errcode, page, cure) in errcodes {
        program.sim.add_fault(fault(path, Effect::Errcode(errcode))).unwrap();
        let request = refused(&program, page).await;
        let errcode = format!("errcode={errcode}");
        let line = program.logged(&[&request, "wecom.failed", &errcode, "hint=", "cure=", cure]).await;
        assert_eq!(line.contains("from_ip=127.0.0.1"), errcode == "errcode=60020", "{line}");
    }
    let broken = [
        Effect::Status(500),
        Effect::Status(404),
        Effect::Html,
        Effect::TruncatedJson,
        Effect::HugeBody(20_000_000),
        Effect::Hang,
        Effect::Drop,
        Effect::Body("null".into()),
        Effect::Body("[]".into()),
        Effect::Body("{\"errcode\":0,\"userid\":{}}".into()),
        Effect::Body(format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000))),
    ];
    for path in [GETUSERINFO, USER_GET] {
        for effect in &broken {
            program.sim.add_fault(fault(path, effect.clone())).unwrap();
            let request = refused(&program, UNAVAILABLE).await;
            program.logged(&[&request, "wecom.failed", "cure="]).await;
        }
    }
    // A number where the userid stands is read as text, as the leniency asks, and is nobody's.
    for (path, page) in [(GETUSERINFO, NOT_VISIBLE), (USER_GET, UNAVAILABLE)] {
        program.sim.add_fault(fault(path, Effect::WrongTypes)).unwrap();
        refused(&program, page).await;
    }
    // Success without an errcode is success, and the server serves on.
    program.sim.add_fault(fault(GETUSERINFO, Effect::NoErrcode)).unwrap();
    program.sim.add_fault(fault(USER_GET, Effect::NoErrcode)).unwrap();
    program.rp("app").tokens(&program.computer("lisi"), "openid").await;
}

/// One sign-in that ends on this page; gives the words by which its line is found.
async fn refused(program: &Program, (status, code): (u16, &str)) -> String {
    let page = program.rp("app").walk(&program.computer("zhangsan"), "openid").await.page();
    page.assert_refused(status, code);
    assert!(!page.body.contains("127.0.0.1:") && !page.body.contains("hint"), "{}", page.text());
    program.sim.clear_faults(None);
    format!("request_id=\"{}\"", page.text_of("request-id").expect("a request id"))
}

#[tokio::test]
async fn a_stranger_in_wecoms_answer_enters_as_nobody() {
    let program = Program::start(Setup::default()).await;
    let bodies = [
        r#"{"errcode":0,"userid":""}"#,
        r#"{"errcode":0,"userid":"wwlinked/xu"}"#,
        r#"{"errcode":0,"userid":"zhang san"}"#,
        r#"{"errcode":0,"userid":"../zhangsan"}"#,
        r#"{"errcode":0,"openid":"o"}"#,
        r#"{"errcode":0,"external_userid":"wm"}"#,
        r#"{"errcode":0}"#,
        "{}",
    ];
    for body in bodies {
        program.sim.add_fault(fault(GETUSERINFO, Effect::Body(body.to_owned()))).unwrap();
        let page = program.rp("app").walk(&program.computer("zhangsan"), "openid").await.page();
        assert!([403, 503].contains(&page.status), "{body}: {}", page.text());
        assert!(["not_a_member", "wecom_unavailable"].contains(&page.error_code().as_str()), "{body}");
        program.sim.clear_faults(None);
    }
    // `user/get` about somebody else is a broken answer.
    let other = r#"{"errcode":0,"userid":"lisi","name":"x","department":[7],"status":1}"#;
    program.sim.add_fault(fault(USER_GET, Effect::Body(other.to_owned()))).unwrap();
    refused(&program, UNAVAILABLE).await;
}

#[tokio::test]
async fn a_refused_access_token_is_renewed_once_and_the_member_notices_nothing() {
    let program = Program::start(Setup::default()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    for take in [0, 1] {
        match take {
            0 => program.sim.revoke_tokens(None, None).unwrap(),
            _ => program.sim.expire_tokens(None, None).unwrap(),
        };
        let before = program.sim.counter(GETTOKEN).calls;
        program.rp("app").tokens(&program.computer("lisi"), "openid").await;
        assert_eq!(program.sim.counter(GETTOKEN).calls, before + 1);
    }
}

#[tokio::test]
async fn a_wrong_secret_is_told_at_the_start_and_asked_about_sparingly() {
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    sim.patch_app(None, 1_000_002, &serde_json::json!({ "secret": "another-secret-of-the-same-app-0000000000" }))
        .unwrap();
    let program = Program::beside(sim, Setup::default()).await;
    program.logged(&["wecom.failed", "errcode=40001", "gettoken", "Secret"]).await;
    for _ in 0..5 {
        let page = program.rp("app").walk(&program.computer("zhangsan"), "openid").await.page();
        page.assert_refused(502, "wecom_misconfigured");
    }
    // WeCom blocks an address that presents a wrong secret too often.
    assert!(program.sim.counter(GETTOKEN).calls <= 3, "{}", program.sim.counter(GETTOKEN).calls);
}

#[tokio::test]
async fn contact_details_that_cannot_be_read_do_not_hold_a_member_up_who_need_not_give_them() {
    let program = Program::start(Setup::default().tables("[lifetimes]\nupstream = \"1s\"")).await;
    for effect in [Effect::Errcode(84_014), Effect::Errcode(60_020), Effect::Html, Effect::Status(500), Effect::Hang] {
        program.sim.add_fault(fault(GETUSERDETAIL, effect)).unwrap();
        let claims = program.rp("app").claims(&program.client_of("zhangsan").granting("mobile"), "openid phone").await;
        assert!(claims.get("phone_number").is_none(), "{claims}");
        program.sim.clear_faults(None);
    }
    program.logged(&["wecom.failed", "84014", "hint="]).await;
    // A detail about somebody else is nobody's number.
    let other = r#"{"errcode":0,"userid":"lisi","mobile":"13800000002"}"#;
    program.sim.add_fault(fault(GETUSERDETAIL, Effect::Body(other.to_owned()))).unwrap();
    let page = program.rp("app").walk(&program.client_of("zhangsan").granting("mobile"), "openid phone").await.page();
    page.assert_refused(403, "wrong_member");
}
