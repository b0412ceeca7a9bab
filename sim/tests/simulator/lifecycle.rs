//! Starting and stopping, several at once, in every runtime.

use std::net::SocketAddr;

use serde_json::json;
use wecom_sim::{Directory, Member, Members, Options, Scope, SensitiveField};

use crate::stand::{APP, Stand, code_for};

#[tokio::test]
async fn two_simulators_share_nothing() {
    let (one, two) = (Stand::new().await, Stand::new().await);
    let token = one.token().await;
    assert_eq!(two.user(&token, "zhangsan").await["errcode"], 40014);
    one.delete_member(None, "lisi").unwrap();
    assert!(two.member(None, "lisi").is_ok());
    one.advance_clock(1000);
    assert!(one.now() - two.now() >= 999);
}

#[tokio::test]
async fn a_stopped_simulator_answers_no_more() {
    let stand = Stand::new().await;
    let url = stand.api_url();
    stand.get("/cgi-bin/gettoken", &[]).await;
    let Stand { sim, http } = stand;
    sim.stop().await;
    assert!(http.get(format!("{url}/cgi-bin/gettoken")).send().await.is_err());
}

#[actix_web::test]
async fn it_runs_inside_an_actix_runtime() {
    let stand = Stand::new().await;
    assert!(!stand.token().await.is_empty());
    stand.sim.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_runs_inside_a_runtime_of_many_threads() {
    let stand = Stand::new().await;
    assert!(!stand.token().await.is_empty());
}

#[tokio::test]
async fn the_command_lines_start_takes_addresses_and_a_file() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let sim = wecom_sim::run_cli(any, any, None).await.unwrap();
    assert!(sim.authorize_url().ends_with("/connect/oauth2/authorize"));
    assert!(sim.login_url().ends_with("/wwlogin/sso/login"));
    sim.stop().await;
    let missing = wecom_sim::run_cli(any, any, Some("no-such-file.toml".into())).await.unwrap_err();
    assert!(missing.to_string().contains("no-such-file.toml"));
}

#[tokio::test]
async fn a_members_file_is_checked_whole() {
    let toml = r#"
        [[corps]]
        corp_id = "wwa"
        [[corps.members]]
        userid = "Twice"
        name = "x"
        [[corps.members]]
        userid = "twice"
        name = "x"
        [[corps.members]]
        userid = "a/b"
        name = "x"
    "#;
    let error = Directory::from_toml(toml).unwrap_err().to_string();
    assert!(error.contains("`twice` appears twice") && error.contains("`a/b`"), "{error}");
    assert!(Directory::from_toml("[[corps]]\ncolour = 1").is_err());
    let options = Options { members: Members::Toml(toml.to_owned()), ..Options::default() };
    assert!(wecom_sim::start(options).await.is_err());
}

#[tokio::test]
async fn a_directory_can_be_made_in_the_test() {
    let mut directory = Directory::sample().unwrap();
    directory.corps[0].apps[0].trusted_domains = vec!["login.example.com".to_owned()];
    directory.corps[0].members.push(Member {
        userid: "newbie".to_owned(),
        name: "新人".to_owned(),
        department: vec![7],
        ..Member::default()
    });
    let options = Options { members: Members::Directory(directory), ..Options::default() };
    let stand = Stand::with(options).await;
    let token = stand.token().await;
    assert_eq!(stand.user(&token, "newbie").await["errcode"], 0);
    assert_eq!(stand.app(None, APP).unwrap().trusted_domains, ["login.example.com"]);
}

#[tokio::test]
async fn somebody_with_a_deleted_members_userid_is_somebody_else() {
    let stand = Stand::new().await;
    stand.set_consent(None, APP, "lisi", [SensitiveField::Mobile].into()).unwrap();
    let lisi = stand.member(None, "lisi").unwrap();
    stand.delete_member(None, "lisi").unwrap();
    stand.add_member(None, lisi).unwrap();
    assert_eq!(stand.consent(None, APP, "lisi").unwrap(), None);
    stand.patch_member(None, "boss", &json!({ "userid": "chief" })).unwrap();
    stand.set_consent(None, APP, "chief", [SensitiveField::Mobile].into()).unwrap();
    stand.patch_member(None, "chief", &json!({ "userid": "boss" })).unwrap();
    assert!(stand.consent(None, APP, "boss").unwrap().is_some(), "a rename keeps the person");
}

#[tokio::test]
async fn a_reset_brings_the_beginning_back() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.delete_member(None, "lisi").unwrap();
    stand.reset();
    assert!(stand.make_code(&code_for("lisi", Scope::Base)).is_ok());
    assert_eq!(stand.user(&token, "lisi").await["errcode"], 40014);
}
