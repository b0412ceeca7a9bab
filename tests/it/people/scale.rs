//! A company as large as WeCom lets one be, through the compiled program: 30 000 departments on 15 levels with names
//! of 64 characters, and a tag of 100 000 members. What it costs is printed, not asserted.

use std::fs;
use std::time::Duration;

use tokio::time::Instant;
use wecom_sim::{Department, Directory, Effect, Fault, Member, Members, Options, Simulator, Tag};

use super::{DEPARTMENTS, TAG_GET, until};
use crate::support::{Client, Program, Setup};

const DEPARTMENTS_IN_ALL: u64 = 30_000;
const MEMBERS: u64 = 100_000;
/// Department 7 is on the second level; 13 further ones lie below it.
const LEVELS: u64 = 13;

/// With tags that name everybody.
fn company(tags: std::ops::RangeInclusive<u64>) -> Directory {
    let mut directory = Directory::sample().expect("the sample");
    let corp = &mut directory.corps[0];
    let width = DEPARTMENTS_IN_ALL / LEVELS;
    corp.departments.extend((0..DEPARTMENTS_IN_ALL).map(|number| Department {
        id: 1_000 + number,
        name: format!("{number:05}{}", "研".repeat(59)),
        name_en: format!("{number:05}{}", "研".repeat(59)),
        parentid: if number < width { 7 } else { 1_000 + number - width },
        order: 4_294_967_295,
        department_leader: vec!["boss".into()],
    }));
    let named = |number: u64| format!("member{number:06}");
    corp.members.extend((0..MEMBERS).map(|number| Member {
        userid: named(number),
        name: "成员".into(),
        department: vec![1_000 + number % DEPARTMENTS_IN_ALL],
        ..Member::default()
    }));
    let everybody = |tagid: u64| Tag {
        tagid,
        tagname: format!("tag {tagid}"),
        users: (0..MEMBERS).map(named).collect(),
        ..Tag::default()
    };
    corp.tags.extend(tags.map(everybody));
    directory
}

async fn simulator(directory: Directory) -> Simulator {
    let options = Options { members: Members::Directory(directory), ..Options::default() };
    wecom_sim::start(options).await.expect("the simulator")
}

fn setup() -> Setup {
    Setup::of([
        Client::new("open")
            .with("[clients.claims]\npath = \"departments | map(attribute='path') | first | default('')\""),
        Client::new("department").with("allow = { departments = [7] }"),
        Client::new("tag").with("allow = { tags = [50, 51] }"),
        Client::new("userid").with("allow = { userids = [\"member099999\"], departments = [9], tags = [50] }"),
    ])
}

/// The memory of the program now and at its highest, in MiB.
fn memory(program: &Program) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", program.pid())).expect("its status");
    let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    let mib = |line: &str| line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024;
    lines.map(|line| format!("{} {} MiB", &line[2..5], mib(line))).collect::<Vec<_>>().join(", ")
}

async fn signed_in(program: &Program, id: &str, member: &str) -> Duration {
    let began = Instant::now();
    program.rp(id).tokens(&program.computer(member), "openid profile").await;
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_the_largest_company_signs_in_while_its_departments_and_tags_are_being_read() {
    let sim = simulator(company(50..=51)).await;
    for path in [DEPARTMENTS, TAG_GET] {
        sim.add_fault(Fault { path: path.into(), latency_ms: 3_000, ..Fault::default() }).unwrap();
    }
    let program = Program::beside(sim, setup()).await;
    println!("started: {}", memory(&program));
    until("being read", || program.sim.counter(DEPARTMENTS).running == 1 && program.sim.counter(TAG_GET).running == 1)
        .await;
    // Meanwhile whoever needs none of it is in at once.
    let (open, userid) =
        (signed_in(&program, "open", "member000000").await, signed_in(&program, "userid", "member099999").await);
    assert!(
        program.sim.counter(DEPARTMENTS).running + program.sim.counter(TAG_GET).running > 0,
        "it is still being read"
    );
    println!("signed in while everything is being read: {open:?}, {userid:?}; {}", memory(&program));

    until("read", || program.sim.counter(TAG_GET).calls == 2 && program.sim.counter(TAG_GET).running == 0).await;
    program.sim.clear_faults(None);
    let deepest = format!("member{:06}", DEPARTMENTS_IN_ALL / LEVELS * LEVELS - 1);
    let (department, tag) =
        (signed_in(&program, "department", &deepest).await, signed_in(&program, "tag", "member099999").await);
    println!("signed in by department and by tag: {department:?}, {tag:?}; {}", memory(&program));
    program
        .rp("department")
        .walk(&program.computer("america"), "openid")
        .await
        .page()
        .assert_refused(403, "not_allowed");
    program.rp("tag").walk(&program.computer("america"), "openid").await.page().assert_refused(403, "not_allowed");
    let claims = program.rp("open").claims(&program.computer(&deepest), "openid profile").await;
    assert_eq!(claims["path"].as_str().expect("a path").split('/').count(), 14, "below the root, down to level 15");
    assert_eq!((program.sim.counter(DEPARTMENTS).calls, program.sim.counter(TAG_GET).calls), (1, 2));
    assert!(!program.log().contains("wecom.failed"), "nothing failed on the way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_an_answer_over_the_bound_is_refused_and_costs_no_more_than_the_bound() {
    let sim = wecom_sim::start(Options::default()).await.unwrap();
    let blanks = Effect::HugeBody(100 * 1024 * 1024);
    let many = Effect::Body(format!(r#"{{"department":[{}{{"id":1}}]}}"#, r#"{"id":7,"parentid":1},"#.repeat(600_000)));
    for (path, effect) in [(DEPARTMENTS, &blanks), (TAG_GET, &blanks)] {
        sim.add_fault(Fault { path: path.into(), effect: Some(effect.clone()), ..Fault::default() }).unwrap();
    }
    let program = Program::beside(sim, setup()).await;
    until("both refused", || program.log().matches("the answer is too long").count() >= 2).await;
    program.logged(&["wecom.failed", "call=\"department/list\"", "the answer is too long"]).await;
    program.logged(&["wecom.failed", "call=\"tag/get\"", "the answer is too long"]).await;
    println!("after two answers of 100 MiB: {}", memory(&program));
    program.sim.clear_faults(None);
    program.sim.add_fault(Fault { path: DEPARTMENTS.into(), effect: Some(many), ..Fault::default() }).unwrap();
    assert!(program.reloads().await.contains("server.reloaded"));
    until("refused too", || program.log().contains("another type")).await;
    program.logged(&["wecom.failed", "call=\"department/list\"", "another type"]).await;
    println!("after an answer of 600 000 departments: {}", memory(&program));
    // Closed to whom it cannot be said of, open to all others.
    program
        .rp("department")
        .walk(&program.computer("WangWu"), "openid")
        .await
        .page()
        .assert_refused(503, "wecom_unavailable");
    signed_in(&program, "department", "boss").await;
    signed_in(&program, "open", "lisi").await;
}

#[tokio::test]
async fn threat_38_circles_orphans_and_doubles_in_the_tree_keep_out_whom_they_would_let_in() {
    let sim = wecom_sim::start(Options::default()).await.unwrap();
    let body = r#"{"errcode":0,"department":[{"id":8,"name":"平台组","parentid":30},{"id":30,"name":"a","parentid":31},{"id":31,"name":"b","parentid":30},
        {"id":9,"name":"市场部","parentid":4711},{"id":7,"name":"研发部","parentid":"1"},{"id":7,"name":"twice","parentid":20},{"id":20,"parentid":20},null,{"name":"none"}]}"#;
    sim.add_fault(Fault { path: DEPARTMENTS.into(), effect: Some(Effect::Body(body.into())), ..Fault::default() })
        .unwrap();
    let by = |id: &str, department: u64| Client::new(id).with(&format!("allow = {{ departments = [{department}] }}"));
    let names = Client::new("names").with("[clients.claims]\nteams = \"departments | map(attribute='path') | select\"");
    let clients = [by("root", 1), by("circle", 30), by("orphan", 4711), by("double", 20), names];
    let program = Program::beside(sim, Setup::of(clients)).await;
    for (id, member, enters) in [
        ("circle", "WangWu", true),
        ("root", "WangWu", false),
        ("orphan", "lisi", true),
        ("root", "lisi", false),
        ("root", "boss", true),
        ("double", "boss", false),
    ] {
        let end = program.rp(id).walk(&program.computer(member), "openid").await.end();
        assert_eq!(end.is_err(), enters, "{id} {member}");
        if let Ok(page) = end {
            page.assert_refused(403, "not_allowed");
        }
    }
    let claims = program.rp("names").claims(&program.computer("boss"), "openid profile").await;
    assert_eq!(claims["teams"], serde_json::json!(["研发部"]), "the first of two stays");
}

/// The sample with further tags that name `lisi`.
fn with_tags(tags: std::ops::Range<u64>) -> Directory {
    let mut directory = Directory::sample().expect("the sample");
    let tag = |tagid| Tag { tagid, tagname: format!("tag {tagid}"), users: vec!["lisi".into()], ..Tag::default() };
    directory.corps[0].tags.extend(tags.map(tag));
    directory
}

/// Tags are groups, and the last one lets in: waits until all are read, and gives the operator's line and lisi's groups.
async fn left_out(sim: Simulator, last: u64) -> (String, usize) {
    let lines = format!("allow = {{ tags = [{last}] }}\n[clients.groups]\ndepartments = \"none\"\ntags = true");
    let program = Program::beside(sim, Setup::of([Client::new("app").with(&lines)])).await;
    let (before, began) = (memory(&program), Instant::now());
    until("left out", || program.log().contains("tags.left_out")).await;
    let calls = program.sim.counter(TAG_GET).calls;
    println!("{calls} tags read in {:?}: {before}, then {}", began.elapsed(), memory(&program));
    let app = program.rp("app");
    let tokens = app.tokens(&program.computer("lisi"), "openid groups").await;
    let began = Instant::now();
    let told = app.userinfo(tokens.access_token()).await.json();
    println!("userinfo with them: {:?}", began.elapsed());
    (program.logged(&["tags.left_out", "connection=main"]).await, told["groups"].as_array().expect("groups").len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_more_tags_than_a_corp_can_have_are_left_out_and_those_of_allow_are_not() {
    let (line, groups) = left_out(simulator(with_tags(1_000..4_100)).await, 4_099).await;
    // Of 3 102 beside the one of `allow`, the first 3 000; two of them are not lisi's.
    assert!(line.contains("tags=102") && groups == 3_000 - 2 + 1, "{groups}: {line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_of_more_than_a_million_names_in_all_tags_the_rest_is_left_out() {
    let users: Vec<String> = (0..MEMBERS).map(|number| format!(r#"{{"userid":"member{number:06}"}}"#)).collect();
    let users = users.join(",");
    let body =
        format!(r#"{{"errcode":0,"tagname":"everybody","userlist":[{users},{{"userid":"lisi"}}],"partylist":[]}}"#);
    let sim = simulator(with_tags(50..63)).await;
    sim.add_fault(Fault { path: TAG_GET.into(), effect: Some(Effect::Body(body)), ..Fault::default() }).unwrap();
    let (line, groups) = left_out(sim, 62).await;
    // Ten tags of 100 001 names are over the million; sixteen there are.
    assert!(line.contains("tags=6") && groups == 1, "{groups}: {line}");
}
