//! Nothing secret and nobody's name in anything that is not made for its reader (law 9, threat 31).
//!
//! One run through every flow and every fault at the loudest level. Two taps on the wires, browser to bridge and bridge
//! to WeCom, collect what occurred; then everything that the run told is scanned for it:
//!
//! | output | holds none of |
//! |---|---|
//! | standard error, standard output, the commands, the operator's answers | all of it |
//! | errors: every answer from 400 up, headers and body | secrets, people |
//! | addresses that leave for another site | secrets, people; codes and states travel there by design |
//!
//! Pages that show a member the own name, and answers that bring an application its claims, are the product.

mod faults;
mod flows;
mod ledger;
mod operator;
mod scan;
mod tap;

use ledger::{Kind, Ledger};
use tap::{Tap, header};

use crate::support::setup::{SECOND_SECRET, SECRET};
use crate::support::signer::{Signer, jwks};
use crate::support::{Client, Program, Setup, http};

struct Run {
    program: Program,
    front: Tap,
    wecom: Tap,
}

async fn started(signer: &Signer) -> Run {
    let main = "wecom = [\"main\"]";
    let signed = "access_token_format = \"jwt\"\nuserinfo_signed_response_alg = \"RS256\"\nsubject_type = \"pairwise\"";
    let clients = [
        Client::new("app").with(main).with("phone = \"required\""),
        Client::new("other").with(main),
        Client::new("team")
            .with(main)
            .with("allow = { departments = [7], tags = [1, 99] }\n[clients.groups]\ntags = true"),
        Client::new("both").with("home_url = \"https://both.example/\"").with(signed),
        Client::keyed("signed", &jwks(&[signer])).with(main),
    ];
    let setup = Setup::of(clients).on_sled().with_second_corp().connection("guide_message = true");
    let setup = setup.tables("[lifetimes]\nupstream = \"1s\"");
    let mut taps = (Tap::default(), Tap::default());
    let program = Program::edited(setup, |text| {
        let value = |key: &str| {
            let line = text.lines().find(|line| line.starts_with(key)).expect("a line");
            line.split('"').nth(1).expect("a value").to_owned()
        };
        let (public, api) = (value("listen = "), value("api_url = "));
        let behind = format!("127.0.0.1:{}", http::free_port());
        let between = format!("127.0.0.1:{}", http::free_port());
        let address = |text: &str| text.trim_start_matches("http://").parse().expect("an address");
        taps = (Tap::between(address(&public), address(&behind)), Tap::between(address(&between), address(&api)));
        text.replacen(&format!("listen = \"{public}\""), &format!("listen = \"{behind}\""), 1)
            .replace(&format!("api_url = \"{api}\""), &format!("api_url = \"http://{between}\""))
    });
    let program = program.await;
    Run { program, front: taps.0, wecom: taps.1 }
}

fn collected(run: &Run) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.read(&run.front);
    ledger.read(&run.wecom);
    ledger.read_keys(&run.program.folder().join("keys"));
    ledger.read_people(&serde_json::to_value(run.program.sim.corps()).expect("the directory"));
    for secret in [SECRET, SECOND_SECRET].iter().chain(&operator::TYPED) {
        ledger.note(Kind::Secret, secret);
    }
    ledger.note(Kind::Secret, faults::TOLD);
    for client in ["app", "other", "team", "both"] {
        ledger.note(Kind::Secret, &run.program.rp(client).client.secret.expect("a secret"));
    }
    ledger
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_31_a_whole_run_leaves_no_secret_and_no_person_in_the_log() {
    let signer = Signer::new("1", "ES256");
    let mut run = started(&signer).await;
    flows::rename(&run.program);
    let tokens = flows::first_sign_in(&run.program).await;
    flows::every_way_in(&run.program).await;
    flows::pushed_and_given_back(&run.program).await;
    flows::every_way_out(&run.program, tokens.id_token()).await;
    flows::refusals(&run.program).await;
    flows::signed(&run.program, &signer).await;
    faults::in_a_sign_in(&run.program).await;
    faults::at_a_start(&mut run.program).await;
    run.program.rp("app").tokens(&run.program.computer("zhangsan"), flows::SCOPE).await;
    let told = operator::signals(&mut run.program).await + &operator::commands();
    operator::damaged_store(&mut run.program, &format!("zhangsan {SECRET}\n")).await;

    let ledger = collected(&run);
    let counts = [Kind::Secret, Kind::Person, Kind::Passing, Kind::Form].map(|kind| ledger.count(kind));
    println!("{counts:?} secrets, people, codes and states, fields of forms");
    assert!(counts[0] > 200 && counts[1] > 30 && counts[2] > 100 && counts[3] > 1, "{counts:?}");
    for known in ["zhangsan", "张三", "13800000001", "zhangsan@corp.example", SECRET, tokens.access_token()] {
        assert!(ledger.knows(known), "{known}");
    }

    let (log, output) = (run.program.log(), run.program.output());
    for (name, text) in [("the log", &log), ("standard output", &output), ("commands and operator", &told)] {
        let found = scan::find(text, ledger.without(&[]));
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    for answer in run.front.answers() {
        let shown = answer.head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("set-cookie:"));
        let shown = shown.chain([answer.body.as_str()]).collect::<Vec<_>>().join("\n");
        if answer.status() >= 400 {
            let found = scan::find(&shown, ledger.without(&[Kind::Passing, Kind::Form]));
            assert!(found.is_empty(), "an error: {found:#?}\n{shown}");
        }
        for location in header(&answer.head, "location").filter(|to| !to.starts_with(&run.program.issuer)) {
            let found = scan::find(location, ledger.without(&[Kind::Passing]));
            assert!(found.is_empty(), "an address: {found:#?}");
        }
    }
    // It can fail: the same log with one value of the run in it.
    let planted = format!("{log}\nINFO a careless line token={}", tokens.access_token());
    assert!(scan::find(&planted, ledger.without(&[])).len() == 1);
    // And it told what an operator needs.
    let signed = ["client.assertion_refused", "request_object.refused"];
    let events = [
        "login.finished",
        "login.refused",
        "wecom.failed",
        "wecom.ready",
        "token.refused",
        "client.refused",
        "tag.missing",
    ];
    let more = [
        "code.reused",
        "refresh_token.reused",
        "request.refused",
        "push.refused",
        "revocation.refused",
        "server.reloaded",
        "server.reload_failed",
        "server.stopping",
    ];
    let missing: Vec<_> = events.iter().chain(&more).chain(&signed).filter(|event| !log.contains(**event)).collect();
    assert!(missing.is_empty() && log.contains("errcode=60020"), "{missing:?} of {} lines", log.lines().count());
    assert!(!log.contains("panicked"), "{log}");
}
