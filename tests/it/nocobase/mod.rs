//! `[clients.nocobase]`: members are led to the accounts that are there already (ADR 14; threats 22–24, 31, 35).

mod crash;
mod creating;
mod log;
mod matching;
mod numbers;
mod once;
mod refusing;
mod trouble;

use crate::support::{Browser, Client, Journey, Nocobase, Page, Setup, Stand};

/// The first member's number, as WeCom tells it.
const ZHANGSAN: &str = "13800000001";

/// A bridge beside a NocoBase, with these further keys in its table, and an application `app` that knows members by the same `sub`.
async fn beside(nocobase: &Nocobase, keys: &str) -> Stand {
    Stand::with(setup(nocobase, keys)).await
}

fn setup(nocobase: &Nocobase, keys: &str) -> Setup {
    Setup::of([nocobase.client(keys), Client::new("app")]).on_sled()
}

/// The WeCom client of a member who lets the number be read.
fn phone(stand: &Stand, member: &str) -> Browser {
    stand.client_of(member).granting("mobile")
}

async fn enters(stand: &Stand, browser: &Browser) -> Journey {
    stand.rp("nocobase").walk(browser, "openid profile").await
}

/// Signs in at NocoBase; gives the `sub`.
async fn signs_in(stand: &Stand, browser: &Browser) -> String {
    let code = enters(stand, browser).await.answer().code();
    stand.rp("nocobase").redeem(&code).await.good().id_claims()["sub"].as_str().expect("a sub").to_owned()
}

/// Is refused at NocoBase, on a page for members and with `prompt=none`.
async fn is_refused(stand: &Stand, browser: &Browser) -> Page {
    let page = enters(stand, browser).await.page();
    page.assert_refused(403, "not_allowed");
    page
}
