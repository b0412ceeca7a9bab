//! Departments and tags are read ahead, as far as a client's `allow`, groups or own claims need them, so that SSO and
//! userinfo never wait for WeCom.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::background::{at, wait};
use crate::directory::departments;
use crate::directory::wanted::Wanted;
use crate::domain::ids::ConnectionName;
use crate::oidc::provider::Provider;
use crate::web::current::Current;
use crate::wecom::WecomError;

/// How often it is looked for what is due; what failed is tried again then.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// What the operator was told of a connection and need not be told again while it lasts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    missing: BTreeMap<u64, WecomError>,
    left_out: bool,
}

/// Reads for ever. After a reload only that is read which is not known yet: reloading often costs WeCom nothing.
pub async fn run(current: Arc<Current>, mut reloaded: watch::Receiver<()>) {
    let mut told: BTreeMap<ConnectionName, Told> = BTreeMap::new();
    loop {
        let provider = current.load().login.provider.clone();
        told.retain(|name, _| provider.directory.branches.contains_key(name));
        // Beside each other: a corp that answers slowly holds no other one up.
        let mut rounds = JoinSet::new();
        for name in provider.directory.branches.keys() {
            let before = told.get(name).cloned().unwrap_or_default();
            rounds.spawn(round(provider.clone(), name.clone(), before, reloaded.clone()));
        }
        while let Some(ended) = rounds.join_next().await {
            told.extend(ended);
        }
        wait(LOOK_EVERY, &mut reloaded).await;
    }
}

/// One look at one connection. A reload ends it between two calls.
async fn round(
    provider: Arc<Provider>,
    name: ConnectionName,
    before: Told,
    reloaded: watch::Receiver<()>,
) -> (ConnectionName, Told) {
    let Some(branch) = provider.directory.branches.get(&name) else { return (name, before) };
    let (wecom, clock) = (&*branch.wecom, &*provider.clock);
    let wanted = Wanted::of(&provider.config, &name);
    let tree = async {
        if wanted.departments && branch.departments.is_due(clock.now()) {
            branch.departments.refresh(clock.now(), departments::read(wecom)).await.map(drop)
        } else {
            Ok(())
        }
    };
    let over = || reloaded.has_changed().unwrap_or(true);
    let (tree, tags) = tokio::join!(tree, branch.tags.refresh(wecom, &wanted, clock, over));
    if let Err(error) = tree {
        error.warn(&at(&name), "the departments could not be read");
    }
    if let Some(error) = tags.failed {
        error.warn(&at(&name), "the tags could not be read");
    }
    let told = Told { missing: branch.tags.missing(&wanted.tags, clock.now()), left_out: tags.left_out > 0 };
    for (tag, error) in told.missing.iter().filter(|(tag, _)| !before.missing.contains_key(tag)) {
        tracing::warn!(event = "tag.missing", connection = %name, tag, errcode = error.errcode, hint = error.hint, cure = error.cure(), "WeCom shows the app no such tag: nobody enters by it");
    }
    if told.left_out && !before.left_out {
        tracing::warn!(event = "tags.left_out", connection = %name, tags = tags.left_out, cure = "name the tags that applications need in groups.only, and take the others out of expressions", "there are too many tags, or too many members in them: some are not told");
    }
    (name, told)
}
