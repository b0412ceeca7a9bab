//! Claims of the administrator's own and the claim `groups`, at userinfo of the compiled program.

use serde_json::{Value, json};

use crate::support::program::run;
use crate::support::{Client, Program, Setup, Stand};

const CLAIMS: &str = r#"
[clients.claims]
employee_no = "extattr['工号']"
"https://example.com/role" = "'Admin' if main_department in [8] else 'Viewer'"
teams = "departments | map(attribute='path')"
email = "userid ~ '@example.com'"
leads = "1 in is_leader_in_dept"
chief = "direct_leader | first | default('')"
line = "telephone"
tel = "phone"
nickname = "alias or name"
age = "extattr['工号'] | int(default=0) if position != 'Engineer' else extattr['工号'] | int"
"#;

fn client(lines: &str) -> Client {
    Client::new("app").with(lines)
}

fn names(claims: &Value) -> Vec<&str> {
    claims.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Departments are read ahead in the background: waits until this application is told of them.
async fn departments_are_read(program: &Program, id: &str, claim: &str, scope: &str) {
    let app = program.rp(id);
    let tokens = app.tokens(&program.computer("lisi"), scope).await;
    for _ in 0..200 {
        if app.userinfo(tokens.access_token()).await.json().get(claim).is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no departments: {}", program.log());
}

#[tokio::test]
async fn own_claims_come_at_userinfo_with_scope_profile_and_never_in_the_id_token() {
    let program = Program::start(Setup::of([client(CLAIMS)])).await;
    let app = program.rp("app");
    departments_are_read(&program, "app", "teams", "openid profile").await;
    let phone = program.client_of("zhangsan").granting("mobile,biz_mail");
    let tokens = app.tokens(&phone, "openid profile email phone").await;
    let claims = app.userinfo(tokens.access_token()).await.json();
    for (name, value) in [
        ("https://example.com/role", json!("Admin")),
        ("teams", json!(["研发部", "研发部/平台组"])),
        ("email", json!("zhangsan@example.com")),
        ("leads", json!(true)),
        ("line", json!("010-00000001")),
        ("tel", json!("+8613800000001")),
        ("nickname", json!("San")),
        ("phone_number", json!("+8613800000001")),
    ] {
        assert_eq!(claims[name], value, "{name}: {claims}");
    }
    assert!(claims.get("email_verified").is_none(), "it spoke of WeCom's address: {claims}");
    assert!(claims.get("employee_no").is_none(), "nobody filled it in: {claims}");
    let id_token = tokens.id_claims();
    for name in ["teams", "leads", "employee_no", "https://example.com/role"] {
        assert!(id_token.get(name).is_none(), "{name}: {id_token}");
    }
    let without = app.claims(&program.computer("zhangsan"), "openid").await;
    assert_eq!(names(&without), ["sub"]);
    // The number is the scope's: without it the expression sees nothing.
    let without = app.claims(&program.computer("zhangsan"), "openid profile").await;
    assert!(without.get("tel").is_none() && without["line"] == "010-00000001", "{without}");
}

#[tokio::test]
async fn threat_23_a_failing_claim_is_left_out_and_logged_once_without_the_members_words() {
    let program = Program::start(Setup::of([client(CLAIMS)])).await;
    let app = program.rp("app");
    for _ in 0..3 {
        let claims = app.claims(&program.computer("wenli"), "openid profile").await;
        assert_eq!(claims["employee_no"], "A1007");
        assert!(claims.get("age").is_none() && claims["nickname"] == "Wen", "{claims}");
    }
    let line = program.logged(&["claim.failed", "claim=\"age\"", "client=\"app\"", "cure="]).await;
    let log = program.log();
    assert_eq!(log.lines().filter(|line| line.contains("claim.failed")).count(), 1, "{log}");
    assert!(!line.contains("A1007") && !line.contains("wenli") && !line.contains("李文"), "{line}");
    // Somebody else's is there.
    assert_eq!(app.claims(&program.computer("zhangsan"), "openid profile").await["age"], 0);
}

#[tokio::test]
async fn groups_are_the_paths_of_departments_and_only_those_that_are_named() {
    let by = |id: &str, lines: &str| Client::new(id).with(lines);
    let program = Program::start(Setup::of([
        by("paths", "scope = \"openid profile groups\""),
        by("names", "[clients.groups]\ndepartments = \"name\""),
        by("ids", "[clients.groups]\ndepartments = \"id\"\nonly = [\"8\"]"),
        by("below", "[clients.groups]\nonly = [\"研发部/*\"]"),
        by("none", "[clients.groups]\ndepartments = \"none\""),
        by("without", ""),
    ]))
    .await;
    departments_are_read(&program, "paths", "groups", "openid groups").await;
    for (id, expected) in [
        ("paths", json!(["研发部", "研发部/平台组"])),
        ("names", json!(["研发部", "平台组"])),
        ("ids", json!(["8"])),
        ("below", json!(["研发部/平台组"])),
        ("none", Value::Null),
        ("without", Value::Null),
    ] {
        let claims = program.rp(id).claims(&program.computer("zhangsan"), "openid profile groups").await;
        assert_eq!(claims.get("groups").cloned().unwrap_or_default(), expected, "{id}: {claims}");
    }
    let metadata = program.rp("paths").endpoint("/.well-known/openid-configuration");
    let metadata: Value =
        program.rp("paths").http.get(metadata).send().await.expect("an answer").json().await.expect("JSON");
    for name in ["scopes_supported", "claims_supported"] {
        assert!(metadata[name].as_array().expect("a list").contains(&json!("groups")), "{metadata}");
    }
    let claims = program.rp("paths").claims(&program.computer("zhangsan"), "openid profile").await;
    assert!(claims.get("groups").is_none(), "{claims}");
    let claims = program.rp("below").claims(&program.computer("lisi"), "openid groups").await;
    assert_eq!(names(&claims), ["sub"], "no group is no claim");
}

#[tokio::test]
async fn no_sign_in_waits_for_departments_that_only_claims_need() {
    let stand = Stand::of([client(
        "[clients.groups]\n[clients.claims]\nteams = \"departments | map(attribute='name')\"\nids = \"department | map('string')\"",
    )]);
    let stand = stand.await;
    let before = stand.calls("/cgi-bin/department/list");
    for _ in 0..3 {
        let claims = stand.app().claims(&stand.computer("lisi"), "openid profile groups").await;
        assert_eq!(claims["ids"], json!(["9"]));
    }
    assert!(stand.calls("/cgi-bin/department/list") <= before.max(1), "read ahead, never for a request");
}

#[tokio::test]
async fn threat_12_a_signed_answer_with_own_claims_is_no_other_token() {
    let lines = format!("userinfo_signed_response_alg = \"RS256\"\n{CLAIMS}");
    let stand = Stand::of([client(&lines)]).await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), "openid profile").await;
    let jwt = app.userinfo(tokens.access_token()).await.body;
    let claims = crate::token::jwt::claims_of(&jwt);
    assert_eq!(claims["leads"], true);
    for name in ["exp", "iat", "jti", "nonce", "events", "client_id", "scope", "sid", "auth_time"] {
        assert!(claims.get(name).is_none(), "{name}: {claims}");
    }
}

#[tokio::test]
async fn a_broken_expression_is_refused_by_check_config_and_at_a_reload_and_the_old_claims_stay() {
    let program = Program::start(Setup::of([client("[clients.claims]\nteam = \"name\"")])).await;
    let good = program.configuration();
    for (broken, words) in [
        ("team = \"nmae\"", "choose from userid"),
        ("team = \"1 / 0\"", "a member with every field"),
        ("team = \"'x' * 1000000\"", "shorter way"),
        ("iss = \"name\"", "a name of the protocol"),
        ("email_verified = \"true\"", "only an address that the corp issued"),
    ] {
        program.write(&good.replace("team = \"name\"", broken));
        let (status, out, _) = run(&["check-config", "--config", "config.toml"], program.folder());
        assert!(status == 1 && out.contains("clients[0].claims.") && out.contains(words), "{broken}: {out}");
        let said = program.reloads().await;
        assert!(said.contains("server.reload_failed") && said.contains("clients[0].claims."), "{broken}: {said}");
        let claims = program.rp("app").claims(&program.computer("zhangsan"), "openid profile").await;
        assert_eq!(claims["team"], "张三");
    }
}
