//! `wecom-oidc claims`: what the command says against what an application is really told, and all that it says beside.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use wecom_sim::{Effect, Fault};

use crate::support::program::run;
use crate::support::{Client, Program, Setup, Stand, TokenAnswer, USER_GET};

const SCOPE: &str = "openid profile email phone groups";

const OWN: &str = "
[clients.claims]
employee_no = \"extattr['工号']\"
email = \"userid ~ '@example.com'\"
teams = \"departments | map(attribute='path')\"
third = \"1 / 3\"
sum = \"0.1 + 0.2\"
call = \"phone\"
age = \"extattr['工号'] | int(default=0) if position != 'Engineer' else extattr['工号'] | int\"
[clients.groups]
departments = \"path\"";

/// A client for each kind of answer.
fn clients() -> Vec<Client> {
    vec![
        Client::new("plain"),
        Client::nocobase(),
        Client::new("own").with(OWN),
        Client::new("pairwise").with("subject_type = \"pairwise\""),
        Client::new("national").with("phone_format = \"national\""),
        Client::new("userid").with("subject = \"userid\""),
        Client::new("signed").with("userinfo_signed_response_alg = \"ES256\"\n[clients.groups]"),
        Client::new("nophone").with("phone = \"never\"\nscope = \"openid profile phone\""),
    ]
}

/// Runs it where the runtime of the test, and the WeCom in it, may go on.
async fn claims(program: &Program, arguments: &[&str]) -> (i32, String, String) {
    let all = [&["claims"], arguments, &["--config", "config.toml"]].concat();
    let (all, folder): (Vec<String>, _) =
        (all.iter().map(|one| (*one).to_owned()).collect(), program.folder().to_owned());
    let ran = move || run(&all.iter().map(String::as_str).collect::<Vec<_>>(), &folder);
    tokio::task::spawn_blocking(ran).await.expect("run")
}

pub async fn told(program: &Program, arguments: &[&str]) -> (String, Value) {
    let (status, out, err) = claims(program, &[arguments, &["--json"]].concat()).await;
    assert_eq!((status, err.as_str(), out.lines().count()), (0, "", 1), "{arguments:?} {out}{err}");
    let value = serde_json::from_str(&out).expect("JSON");
    (out, value)
}

/// The body of userinfo; of a signed answer what was signed.
async fn userinfo(program: &Program, client: &str, tokens: &TokenAnswer) -> String {
    let page = program.rp(client).userinfo(tokens.access_token()).await;
    assert_eq!(page.status, 200, "{}", page.body);
    if page.header("content-type") != Some("application/jwt") {
        return page.body;
    }
    let payload = URL_SAFE_NO_PAD.decode(page.body.split('.').nth(1).expect("a JWT")).expect("base64url");
    // The order of its names is that of the token.
    serde_json::from_slice::<Value>(&payload).expect("JSON").to_string()
}

fn holds(out: &str, told: &Value, body: &str, tokens: &TokenAnswer) {
    assert!(out.contains(&format!("\"userinfo\":{body},")), "{out}\nis not\n{body}");
    let id_token = tokens.id_claims();
    for (name, value) in told["id_token"].as_object().expect("an object") {
        assert_eq!(&id_token[name], value, "{name}");
    }
    let foreseen = |name: &String| {
        told["id_token"].get(name).is_some()
            || told["id_token_anew"].as_array().is_some_and(|names| names.contains(&Value::from(name.as_str())))
    };
    assert!(id_token.as_object().expect("an object").keys().all(foreseen), "{id_token} {told}");
    assert_eq!((&told["sub"], &told["may_enter"], &told["remembered"]), (&id_token["sub"], &true.into(), &true.into()));
}

#[tokio::test]
async fn the_command_says_byte_for_byte_what_the_application_is_told_beside_a_server_and_without_one() {
    let mut program = Program::start(Setup::of(clients()).on_sled()).await;
    let mut answers = Vec::new();
    for member in ["zhangsan", "wenli", "WangWu", "chen.liu_01-a@corp"] {
        let phone = program.client_of(member).granting("mobile,biz_mail");
        for client in clients() {
            let tokens = program.rp(&client.id).tokens(&phone, SCOPE).await;
            answers.push((client.id, member, tokens));
        }
    }
    let mut bodies = Vec::new();
    for (client, member, tokens) in &answers {
        let (out, told) = told(&program, &["--client", client, "--member", member, "--scope", SCOPE]).await;
        let body = userinfo(&program, client, tokens).await;
        holds(&out, &told, &body, tokens);
        bodies.push(body);
    }
    for expected in
        ["\"third\":0.333", "\"sum\":0.30000000000000004", "研发部/平台组", "A1007", "138 ", "\"phone\":\"1380"]
    {
        let found = bodies.iter().any(|body| body.contains(expected));
        assert_eq!(found, expected != "138 ", "{expected}");
    }
    program.stop();
    for ((client, member, tokens), body) in answers.iter().zip(&bodies).step_by(3) {
        let (out, told) =
            told(&program, &["--client", client, "--member", &format!("main:{member}"), "--scope", SCOPE]).await;
        holds(&out, &told, body, tokens);
    }
}

#[tokio::test]
async fn scope_and_claims_are_those_of_a_request_and_by_default_all_that_the_client_may_have() {
    let lines = "scope = \"openid profile email offline_access\"";
    let program = Program::start(Setup::of([Client::new("app").with(lines), Client::new("reader")])).await;
    let app = program.rp("app");
    let phone = program.client_of("zhangsan").granting("mobile,biz_mail");
    let asked =
        r#"{"id_token":{"email":null,"name":null,"acr":null,"phone_number":null},"userinfo":{"nickname":null}}"#;
    program.rp("reader").claims(&phone, SCOPE).await;
    let request = app.request().scope("openid").set("claims", asked);
    let tokens = app.redeem(&phone.walk(&request.url()).await.answer().code()).await.good();
    let (out, said) =
        told(&program, &["--client", "app", "--member", "zhangsan", "--scope", "openid", "--claims", asked]).await;
    holds(&out, &said, &app.userinfo(tokens.access_token()).await.body, &tokens);
    assert_eq!(said["id_token"]["email"], "zhangsan@corp.example", "{said}");
    assert!(
        said["id_token"].get("phone_number").is_none() && said["userinfo"].as_object().expect("claims").len() == 2,
        "{said}"
    );

    let (_, all) = told(&program, &["--client", "app", "--member", "zhangsan"]).await;
    assert_eq!(all["scope"], "openid profile email offline_access");
    let (_, more) =
        told(&program, &["--client", "app", "--member", "zhangsan", "--scope", "openid phone groups nonsense"]).await;
    assert_eq!(more["scope"], "openid");
    let (status, out, err) = claims(&program, &["--client", "app", "--member", "zhangsan", "--claims", "[]"]).await;
    assert!(status == 1 && out.is_empty() && err.contains("claims is not a JSON object"), "{err}");
}

#[tokio::test]
async fn a_member_who_never_signed_in_is_asked_for_at_wecom_and_nothing_is_kept() {
    let clients = || [Client::new("userid").with("subject = \"userid\""), Client::new("own").with(OWN)];
    let mut program = Program::start(Setup::of(clients()).on_sled()).await;
    let mut before = Vec::new();
    for client in clients() {
        let (_, foreseen) =
            told(&program, &["--client", &client.id, "--member", "wangwu", "--scope", "openid profile groups"]).await;
        assert_eq!((&foreseen["remembered"], &foreseen["userid"]), (&false.into(), &"WangWu".into()));
        before.push(foreseen);
    }
    let (status, _, err) = run(&["phones", "list", "--member", "wangwu", "--config", "config.toml"], program.folder());
    assert!(status == 1 && err.contains("ever signed in"), "{err}");
    program.stop();
    let (_, alone) =
        told(&program, &["--client", "own", "--member", "wangwu", "--scope", "openid profile groups"]).await;
    let timeless = |value: &Value| {
        let mut claims = value.clone();
        claims.as_object_mut().expect("an object").remove("updated_at");
        claims
    };
    assert_eq!(timeless(&alone["userinfo"]), timeless(&before[1]["userinfo"]));
    program.restarted().await;
    for (client, foreseen) in clients().iter().zip(&before) {
        let real = program.rp(&client.id).claims(&program.computer("WangWu"), "openid profile groups").await;
        if client.id == "userid" {
            assert_eq!((&timeless(&real), &real["sub"]), (&timeless(&foreseen["userinfo"]), &"WangWu".into()));
        }
        assert_eq!(real["sub"], foreseen["sub"]);
    }
}

#[tokio::test]
async fn the_command_says_who_may_not_enter_and_why() {
    let program = Program::start(
        Setup::of([
            Client::new("open"),
            Client::new("named").with("allow = { userids = [\"lisi\"] }"),
            Client::new("below").with("allow = { departments = [7] }"),
            Client::new("proven").with("phone = \"required\""),
            Client::new("second").with("wecom = [\"second\"]"),
        ])
        .with_second_corp(),
    )
    .await;
    for (client, member, refusal, words) in [
        ("open", "main:zhangsan", None, "yes\n"),
        ("named", "main:zhangsan", Some("not_allowed"), "neither allow nor wecom"),
        ("named", "main:lisi", None, "yes\n"),
        ("below", "main:WangWu", None, "yes\n"),
        ("below", "main:lisi", Some("not_allowed"), "gets nothing of what follows"),
        ("open", "main:disabled", Some("member_disabled"), "the corp disabled"),
        ("open", "main:notactive", Some("member_not_activated"), "never activated"),
        ("proven", "main:zhangsan", None, "asked for the phone number first"),
        ("second", "main:zhangsan", Some("not_allowed"), "neither allow nor wecom"),
        ("second", "second:zhangsan", None, "yes\n"),
    ] {
        let (_, said) = told(&program, &["--client", client, "--member", member]).await;
        assert_eq!(
            (said["refusal"].as_str(), &said["may_enter"]),
            (refusal, &refusal.is_none().into()),
            "{client} {member}"
        );
        assert_eq!(said["phone_first"], client == "proven");
        let (status, out, _) = claims(&program, &["--client", client, "--member", member]).await;
        let line = out.lines().find(|line| line.starts_with("may enter")).expect("a line").to_owned() + "\n";
        assert!(status == 0 && line.contains(words) && !out.contains('\u{1b}'), "{client} {member}: {line}");
    }
}

#[tokio::test]
async fn threat_46_a_look_leaves_a_hashed_trace_and_a_failing_claim_is_named_without_the_members_words() {
    let program = Program::start(Setup::of([Client::new("own").with(OWN)])).await;
    let (status, out, _) = claims(&program, &["--client", "own", "--member", "wenli"]).await;
    assert!(status == 0 && out.contains("left out\n  age  it cannot be computed for this member\n"), "{out}");
    assert!(out.contains("\n  email               wenli@example.com\n"), "{out}");
    let line = program.logged(&["claims.shown", "client=\"own\"", "member=", "address="]).await;
    assert!(!line.contains("wenli") && !program.log().contains("claim.failed"), "{line}");
    // The first real one is told.
    program.rp("own").claims(&program.computer("wenli"), SCOPE).await;
    program.logged(&["claim.failed", "claim=\"age\""]).await;
}

#[tokio::test]
async fn who_or_what_nobody_knows_is_status_1_with_the_cure_and_wrong_usage_2() {
    let mut program = Program::start(Setup::default().on_sled().with_second_corp()).await;
    for runs in [true, false] {
        if !runs {
            program.stop();
        }
        for (client, member, cure) in [
            ("nobody", "main:zhangsan", "the configuration has app, other"),
            ("a b", "main:zhangsan", "no client of that client_id"),
            ("app", "main:stranger", "可见范围"),
            ("app", "main:outside", "可见范围"),
            ("app", "zhangsan", "NAME:USERID"),
            ("app", "mian:zhangsan", "no connection of that name"),
            ("app", "main:a b", "WeCom console"),
        ] {
            let (status, out, err) = claims(&program, &["--client", client, "--member", member]).await;
            assert!(status == 1 && out.is_empty() && err.contains(cure), "{runs} {client} {member}: {err}");
        }
        let down =
            Fault { path: USER_GET.into(), effect: Some(Effect::Errcode(60_020)), times: Some(1), ..Fault::default() };
        program.sim.add_fault(down).expect("a fault");
        let (status, out, err) = claims(&program, &["--client", "app", "--member", "main:lisi"]).await;
        assert!(
            status == 1 && out.is_empty() && err.contains("errcode 60020") && err.contains("企业可信IP"),
            "{runs}: {err}"
        );
    }
    for wrong in [
        &["--client", "app"][..],
        &["--member", "main:lisi"],
        &["--client", "app", "--member", "main:lisi", "--scope", "profile"],
    ] {
        assert_eq!(claims(&program, wrong).await.0, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_wecom_that_is_silent_about_tags_keeps_no_operator_waiting() {
    let clients = || [Client::new("app").with("[clients.groups]\ntags = true\ndepartments = \"none\"")];
    let mut program = Program::start(Setup::of(clients()).tables("[lifetimes]\nupstream = \"1s\"")).await;
    program
        .sim
        .add_fault(Fault { path: super::TAG_GET.into(), latency_ms: 60_000, ..Fault::default() })
        .expect("a fault");
    // Nothing is known in a process that begins now.
    program.killed_and_restarted().await;
    let began = tokio::time::Instant::now();
    let (_, said) = told(&program, &["--client", "app", "--member", "zhangsan"]).await;
    assert_eq!(said["notes"], serde_json::json!(["directory_unknown"]));
    assert_eq!(said["userinfo"].get("groups"), None, "{said}");
    assert!(began.elapsed() < std::time::Duration::from_secs(12), "{:?}", began.elapsed());
}

#[tokio::test]
async fn threat_46_claims_are_shown_to_nobody_without_the_token() {
    let stand = Stand::new().await;
    let path = "/admin/claims?client=app&member=zhangsan";
    assert_eq!(stand.http.get(stand.admin(path)).send().await.expect("an answer").status(), 401);
    let public = stand.http.get(stand.address(path)).bearer_auth(stand.admin_token()).send().await.expect("an answer");
    assert_eq!(public.status(), 404);
}

#[tokio::test]
async fn a_question_about_two_people_at_once_is_refused() {
    let stand = Stand::new().await;
    let path = stand.admin("/admin/claims?client=app&member=zhangsan&member=lisi");
    let answer = stand.http.get(path).bearer_auth(stand.admin_token()).send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json::<Value>().await.expect("JSON")["error"], "invalid_request");
}
