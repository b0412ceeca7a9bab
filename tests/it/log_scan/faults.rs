//! Every fault of the simulator at every call to WeCom.

use wecom_sim::{Effect, Fault};

use super::flows::SCOPE;
use crate::support::setup::SECRET;
use crate::support::{GETTOKEN, GETUSERDETAIL, GETUSERINFO, Program, USER_GET};

/// A text of WeCom's that repeats what it should not.
pub const TOLD: &str = "a-text-of-wecoms-that-repeats-zhangsan-13800000001";

fn effects() -> Vec<Effect> {
    vec![
        Effect::Errcode(60_020),
        Effect::Errcode(40_029),
        Effect::Errcode(45_009),
        Effect::Errcode(-1),
        Effect::Status(500),
        Effect::Html,
        Effect::Body(format!("{{\"errcode\":99999,\"errmsg\":\"{TOLD} {SECRET}, hint: [{SECRET}]\"}}")),
        Effect::Body(format!("\"{TOLD} {SECRET}\"")),
        Effect::NoErrcode,
        Effect::TruncatedJson,
        Effect::WrongTypes,
        Effect::HugeBody(1_500_000),
        Effect::Hang,
        Effect::Redirect(format!("http://127.0.0.1:9/{SECRET}")),
        Effect::Drop,
    ]
}

fn switch_on(program: &Program, path: &str, effect: &Effect) {
    let fault = Fault { path: path.to_owned(), effect: Some(effect.clone()), ..Fault::default() };
    program.sim.add_fault(fault).unwrap();
}

/// The calls of a sign-in.
pub async fn in_a_sign_in(program: &Program) {
    for path in [GETUSERINFO, USER_GET, GETUSERDETAIL] {
        for effect in effects() {
            switch_on(program, path, &effect);
            let before = program.sim.counter(path).calls;
            program.rp("app").walk(&program.client_of("zhangsan").granting("mobile"), SCOPE).await;
            assert!(program.sim.counter(path).calls > before, "{path} {effect:?}");
            program.sim.clear_faults(None);
        }
    }
}

/// The calls that are made at a start: the token, the app, the departments, the tags; each start ends by a signal or by none.
pub async fn at_a_start(program: &mut Program) {
    for effect in effects() {
        for paths in [&[GETTOKEN][..], &["/cgi-bin/agent/get", "/cgi-bin/department/list", "/cgi-bin/tag/get"]] {
            program.stop();
            program.sim.reset_counters();
            // A token that the store remembers would be used; WeCom takes it back.
            program.sim.revoke_tokens(None, None).unwrap();
            for path in paths {
                switch_on(program, path, &effect);
            }
            program.restarted().await;
            for path in paths {
                for _ in 0..400 {
                    if program.sim.counter(path).calls > 0 {
                        break;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
                assert!(program.sim.counter(path).calls > 0, "{path} {effect:?}");
            }
            if paths == [GETTOKEN] {
                program.rp("other").walk(&program.computer("zhangsan"), SCOPE).await;
            }
            program.sim.clear_faults(None);
        }
    }
    program.killed_and_restarted().await;
}
