//! Reading the configuration anew while the bridge runs: everything is prepared first, and then one step changes all or nothing.

use std::sync::Arc;

use super::{Bridge, StartError, assemble, background, lasting, tls};
use crate::config::{self, Config, Loaded, Problem, Report};
use crate::domain::ids::ConnectionName;
use crate::web::app::App;

/// A reload that changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The configuration is refused.
    #[error(transparent)]
    Refused(#[from] Report),
    /// It passes, and something that it names cannot be had.
    #[error(transparent)]
    Parts(#[from] StartError),
}

impl Bridge {
    /// Goes over to the configuration that `load` gives, or leaves everything as it is; the log says which. `load` is
    /// told what runs, so that it can refuse what only a restart can change. Reloads come one after the other.
    pub async fn reload<L>(&self, load: L) -> Result<(), ReloadError>
    where
        L: FnOnce(&Config) -> Result<Loaded, Report> + Send + 'static,
    {
        let _turn = self.reloading.lock().await;
        let reloaded = self.prepare_and_put(load).await;
        if let Err(error) = &reloaded {
            complain(error);
        }
        reloaded
    }

    async fn prepare_and_put<L>(&self, load: L) -> Result<(), ReloadError>
    where
        L: FnOnce(&Config) -> Result<Loaded, Report> + Send + 'static,
    {
        let (before, lasting) = (self.current.load(), self.lasting.clone());
        let prepared = tokio::task::spawn_blocking({
            let before = before.clone();
            move || -> Result<_, ReloadError> {
                let loaded = load(before.config())?;
                let certificate = loaded.config.server.tls.as_ref().map(tls::read).transpose()?;
                let policy = lasting::rotation(&loaded.config);
                let app = assemble::app(loaded.config, &lasting, Some(&before))?;
                Ok((app, certificate, policy, loaded.warnings.len()))
            }
        });
        let prepared = prepared.await.map_err(|error| StartError::Store(error.to_string()))?;
        let (app, certificate, policy, warnings) = prepared?;

        // From here on nothing can fail and nothing waits.
        if let (Some(shown), Some(read)) = (&self.certificate, certificate) {
            shown.put(read);
        }
        self.lasting.keys.set_policy(policy);
        self.current.put(app);
        self.reloaded.send_replace(());

        let after = self.current.load();
        tell(&before, &after, warnings);
        tokio::spawn(background::probe(after.login.provider.clone(), fresh(&before, &after)));
        Ok(())
    }
}

/// The connections that are asked in another way than before.
fn fresh(before: &App, after: &App) -> Vec<ConnectionName> {
    let (before, after) = (&before.provider().directory.branches, &after.provider().directory.branches);
    let fresh = after.iter().filter(|(name, branch)| before.get(*name).is_none_or(|old| !Arc::ptr_eq(old, branch)));
    fresh.map(|(name, _)| name.clone()).collect()
}

fn tell(before: &App, after: &App, warnings: usize) {
    let changed = config::changes(before.config(), after.config()).join(", ");
    let (clients, connections) = (after.config().clients.len(), after.config().connections.len());
    tracing::info!(
        event = "server.reloaded",
        changed,
        clients,
        connections,
        warnings,
        "the configuration was read anew"
    );
}

/// One line for each problem, with its key and place.
fn complain(error: &ReloadError) {
    const KEPT: &str = "the configuration stays as it was";
    match error {
        ReloadError::Parts(error) => tracing::error!(event = "server.reload_failed", error = %error, "{KEPT}"),
        ReloadError::Refused(report) => {
            for problem in report.problems.iter().filter(|problem| problem.severity.stops()) {
                let Problem { key, line, column, what, remedy, .. } = problem;
                tracing::error!(
                    event = "server.reload_failed",
                    key,
                    line,
                    column,
                    problem = what,
                    cure = remedy,
                    "{KEPT}"
                );
            }
        }
    }
}
