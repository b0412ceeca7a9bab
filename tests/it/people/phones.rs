//! `wecom-oidc phones list|forget`, beside a running server and without one, and `/admin/phones` behind both.

use serde_json::Value;

use crate::support::program::run;
use crate::support::{Client, Program, Setup, Stand};

fn phones(program: &Program, arguments: &[&str]) -> (i32, String, String) {
    run(&[&["phones"], arguments, &["--config", "config.toml"]].concat(), program.folder())
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn setup() -> Setup {
    Setup::of([Client::new("app").with("phone = \"required\"")]).on_sled()
}

/// Lets this member's phone be read.
async fn reads_the_phone_of(program: &Program, member: &str) {
    program.rp("app").claims(&program.client_of(member).granting("mobile"), "openid phone").await;
}

#[tokio::test]
async fn phones_are_listed_masked_and_forgotten_while_the_server_runs() {
    let program = Program::start(setup()).await;
    let (status, out, err) = phones(&program, &["list"]);
    assert_eq!((status, out.as_str(), err.as_str()), (0, "no phone is remembered\n", ""));
    reads_the_phone_of(&program, "zhangsan").await;
    reads_the_phone_of(&program, "WangWu").await;

    let (status, out, _) = phones(&program, &["list"]);
    assert!(status == 0 && out.contains("zhangsan") && out.contains("WangWu"), "WeCom's own spelling: {out}");
    assert!(out.contains("••• 0001") && out.contains("••• 0010") && !out.contains("1380000"), "{out}");
    let (_, out, _) = phones(&program, &["list", "--json", "--member", "wangwu"]);
    let listed = lines(&out);
    assert_eq!((listed.len(), &listed[0]["userid"], &listed[0]["phone"]), (1, &"WangWu".into(), &"••• 0010".into()));
    assert_eq!((&listed[0]["source"], listed[0]["read_at"].is_u64()), (&"in_client_sign_in".into(), true));

    let (status, out, _) = phones(&program, &["forget", "--member", "main:ZhangSan"]);
    assert!(status == 0 && out.starts_with("forgotten"), "{out}");
    let line = program.logged(&["phone.forgotten"]).await;
    assert!(!line.contains("zhangsan") && line.contains("member="), "{line}");
    let (status, out, _) = phones(&program, &["forget", "--member", "zhangsan", "--json"]);
    assert_eq!((status, out.as_str()), (0, "{\"outcome\":\"nothing\"}\n"));
    assert_eq!(lines(&phones(&program, &["list", "--json"]).1).len(), 1);
    let page = program.rp("app").walk(&program.computer("zhangsan"), "openid phone").await.page();
    assert!(page.has("phone-link"), "asked for again: {}", page.text());
}

#[tokio::test]
async fn phones_are_listed_and_forgotten_while_no_server_runs_and_the_next_start_knows_it() {
    let mut program = Program::start(setup()).await;
    reads_the_phone_of(&program, "zhangsan").await;
    reads_the_phone_of(&program, "lisi").await;
    program.stop();
    let (status, out, err) = phones(&program, &["list", "--json"]);
    assert!(status == 0 && lines(&out).len() == 2, "{out}{err}");
    let (status, out, err) = phones(&program, &["forget", "--member", "lisi"]);
    assert!(status == 0 && out.starts_with("forgotten"), "{out}{err}");
    let (_, out, _) = phones(&program, &["list", "--member", "lisi"]);
    assert_eq!(out, "no phone is remembered\n");
    program.restarted().await;
    let left = lines(&phones(&program, &["list", "--json"]).1);
    assert_eq!((left.len(), &left[0]["userid"]), (1, &"zhangsan".into()));
}

#[tokio::test]
async fn a_person_nobody_knows_is_status_1_with_the_cure() {
    let mut program = Program::start(Setup::default().on_sled().with_second_corp()).await;
    let cases = [
        ("main:stranger", "ever signed in here"),
        ("zhangsan", "NAME:USERID"),
        ("mian:zhangsan", "no connection of that name"),
        ("main:a b", "WeCom console"),
    ];
    for runs in [true, false] {
        if !runs {
            program.stop();
        }
        for (member, cure) in cases {
            for verb in ["list", "forget"] {
                let (status, out, err) = phones(&program, &[verb, "--member", member]);
                assert!(status == 1 && out.is_empty() && err.contains(cure), "{runs} {verb} {member}: {err}");
            }
        }
    }
    assert_eq!(phones(&program, &["forget"]).0, 2);
}

#[tokio::test]
async fn a_long_list_comes_whole() {
    let stand = Stand::of([Client::new("app").with("phone = \"required\"")]).await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    stand.app().claims(&phone, "openid phone").await;
    let page = |query: &'static str| {
        let request = stand.http.get(stand.admin(&format!("/admin/phones{query}"))).bearer_auth(stand.admin_token());
        async move { request.send().await.expect("an answer") }
    };
    let all: Value = page("").await.json().await.expect("JSON");
    assert_eq!((all["phones"].as_array().map(Vec::len), &all["next"]), (Some(1), &Value::Null));
    let after: Value = page("?after=ww0123456789abcdef/zhangsan").await.json().await.expect("JSON");
    assert_eq!(after["phones"].as_array().map(Vec::len), Some(0));
    for wrong in ["?after=", "?after=zhangsan", "?after=ww0123456789abcdef/..%2F"] {
        let status = page(wrong).await.status();
        assert!(status == 400 || wrong == "?after=" && status == 200, "{wrong}: {status}");
    }
}

#[tokio::test]
async fn threat_46_phones_are_shown_to_nobody_without_the_token() {
    let stand = Stand::new().await;
    for (method, path) in [(reqwest::Method::GET, "/admin/phones"), (reqwest::Method::POST, "/admin/phones/forget")] {
        let answer = stand.http.request(method.clone(), stand.admin(path)).send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{path}");
        let request = stand.http.request(method, stand.address(path)).bearer_auth(stand.admin_token());
        assert_eq!(request.send().await.expect("an answer").status(), 404, "{path}");
    }
}
