//! Members in numbers: as WeCom knows them, and as the store remembers them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use wecom_oidc::domain::digest::Digest;
use wecom_oidc::domain::ids::{ConnectionName, CorpId, MemberKey, Sid, UserId};
use wecom_oidc::domain::member::{Further, Member, Standing};
use wecom_oidc::domain::time::{Clock as _, Span, Timestamp};
use wecom_oidc::login::session;
use wecom_oidc::serve::clock::SystemClock;
use wecom_oidc::store::records::{LoginOutcome, LoginRecord, MemberRecord, SessionRecord};
use wecom_oidc::store::sled::SledStore;
use wecom_oidc::store::{Members as _, Sessions as _, Upkeep as _};

/// Their corp.
pub const CORP: &str = "ww0123456789abcdef";
/// Its app.
pub const AGENT: u32 = 1_000_002;
/// The app's secret.
pub const SECRET: &str = "sim-secret-of-app-1000002-not-a-real-one-00";

/// How many verbs wait for the store at once.
const AT_ONCE: usize = 512;

/// The userid of one of them.
pub fn userid(number: usize) -> String {
    format!("member{number:07}")
}

/// The value of the session cookie that [`remember`] gives one of them.
pub fn cookie(number: usize) -> String {
    format!("{number:043}")
}

/// A members file for the simulator.
pub fn directory(members: usize) -> String {
    let mut text = format!(
        "[[corps]]\ncorp_id = \"{CORP}\"\nname = \"Bench\"\n[[corps.apps]]\nagent_id = {AGENT}\nname = \"App\"\n\
         secret = \"{SECRET}\"\ntrusted_domains = [\"loopback:*\"]\n[corps.apps.visible]\ndepartments = [1]\n\
         [[corps.departments]]\nid = 1\nname = \"Bench\"\norder = 1\n"
    );
    for number in 0..members {
        writeln!(text, "[[corps.members]]\nuserid = \"{}\"\nname = \"Member\"\ndepartment = [1]\n", userid(number))
            .expect("text");
    }
    text
}

/// Fills a store that nobody runs on with as many members; the first `sessions` of them are signed in.
pub fn remember(data: &Path, members: usize, sessions: usize) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Arc::new(SledStore::open(data).expect("the store"));
        let now = SystemClock.now();
        for first in (0..members).step_by(AT_ONCE) {
            let numbers = first..members.min(first + AT_ONCE);
            let tasks: Vec<_> = numbers.map(|n| tokio::spawn(one(Arc::clone(&store), n, n < sessions, now))).collect();
            for task in tasks {
                task.await.expect("remembered");
            }
        }
        store.flush().await.expect("flushed");
    });
}

async fn one(store: Arc<SledStore>, number: usize, signed_in: bool, now: Timestamp) {
    let connection = ConnectionName::parse("main").expect("a name");
    let user = UserId::parse(&userid(number)).expect("a userid");
    let key = MemberKey::new(CorpId::parse(CORP).expect("a corp"), &user);
    let member = Member {
        userid: user,
        name: Some("Member".to_owned()),
        alias: None,
        position: Some("Engineer".to_owned()),
        departments: vec![1],
        main_department: Some(1),
        standing: Standing::Active,
        attributes: BTreeMap::new(),
        further: Further::default(),
    };
    store.remember_member(&connection, &key, &MemberRecord { member, read_at: now }).await.expect("remembered");
    if signed_in {
        let transaction = Digest([u8::try_from(number % 251).unwrap_or_default(); 32]);
        let outcome = sign_in(number, connection, key, transaction, now);
        store.finish_login(session::digest(&format!("t{number}")), &outcome, now).await.expect("signed in");
    }
}

fn sign_in(
    number: usize,
    connection: ConnectionName,
    member: MemberKey,
    transaction: Digest,
    now: Timestamp,
) -> LoginOutcome {
    let session = SessionRecord {
        sid: Sid::parse(&format!("{number:027}")).expect("a sid"),
        connection,
        member,
        auth_time: now,
        amr: vec!["wecom".to_owned()],
        device: "Chrome, Windows".to_owned(),
        address: Some([203, 0, 113, 7].into()),
        idle_until: now + Span::hours(12),
        ends: now + Span::days(7),
        transaction,
        clients: BTreeMap::new(),
    };
    LoginOutcome {
        record: LoginRecord { sealed: Vec::new(), expires: now + Span::minutes(2) },
        session: Some((session::digest(&cookie(number)), session)),
        code: None,
        replaces: None,
        tell: BTreeMap::new(),
    }
}
