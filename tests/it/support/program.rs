//! The compiled program on a folder of its own: started, killed, started again, its log kept.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use url::Url;
use wecom_sim::Simulator;

use super::browser::{Browser, DESKTOP, IN_WECOM};
use super::relying_party::RelyingParty;
use super::setup::Setup;
use super::{clock, http, secrets};

/// The path of the compiled program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_wecom-oidc");

/// A running program.
pub struct Program {
    /// WeCom.
    pub sim: Simulator,
    /// The exact `iss`.
    pub issuer: String,
    /// For requests that no browser makes.
    pub http: reqwest::Client,
    setup: Setup,
    folder: TempDir,
    ports: (u16, u16),
    descriptors: Option<u32>,
    child: Child,
}

impl Program {
    /// Starts it with this configuration and waits until it is ready.
    pub async fn start(setup: Setup) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        Self::beside(sim, setup).await
    }

    /// Starts it beside a simulator that was prepared.
    pub async fn beside(sim: Simulator, setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        secrets::write_to(&folder.path().join("keys"));
        Self::on(folder, sim, setup, None, |text| text).await
    }

    /// Starts it with a configuration that was changed once more, after its ports were known.
    pub async fn edited(setup: Setup, edit: impl FnOnce(String) -> String) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        let folder = tempfile::tempdir().expect("a folder");
        secrets::write_to(&folder.path().join("keys"));
        Self::on(folder, sim, setup, None, edit).await
    }

    /// Starts it where so many files and connections may be open and no more.
    pub async fn with_descriptors(most: u32, setup: Setup) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        let folder = tempfile::tempdir().expect("a folder");
        secrets::write_to(&folder.path().join("keys"));
        Self::on(folder, sim, setup, Some(most), |text| text).await
    }

    /// Starts it for the very first time: it makes its keys itself.
    pub async fn with_no_keys(setup: Setup) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        Self::on(tempfile::tempdir().expect("a folder"), sim, setup, None, |text| text).await
    }

    /// Starts it in a folder that was prepared: something is mounted there, or it has a clock of its own.
    pub async fn in_prepared_folder(setup: Setup, prepare: impl FnOnce(&Path)) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path());
        Self::on(folder, sim, setup, None, |text| text).await
    }

    async fn on(
        folder: TempDir,
        sim: Simulator,
        setup: Setup,
        descriptors: Option<u32>,
        edit: impl FnOnce(String) -> String,
    ) -> Self {
        let ports = (http::free_port(), http::free_port());
        let (certificate, key) = http::certificate();
        fs::write(folder.path().join("cert.pem"), certificate).expect("a certificate");
        fs::write(folder.path().join("key.pem"), key).expect("its key");
        let text = edit(setup.text(ports.0, ports.1, &sim));
        fs::write(folder.path().join("config.toml"), text).expect("a configuration");
        let child = spawn(folder.path(), descriptors);
        let issuer = setup.issuer(ports.0);
        let mut program = Self { sim, issuer, http: http::client(), setup, folder, ports, descriptors, child };
        program.ready().await;
        program
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("its end");
    }

    /// SIGTERM; gives the exit status.
    pub async fn terminated(&mut self) -> Option<i32> {
        self.send("-TERM");
        for _ in 0..1_200 {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it does not end:\n{}", self.log());
    }

    /// SIGHUP.
    pub fn hung_up(&self) {
        self.send("-HUP");
    }

    /// Writes another configuration, whole or not at all, and goes by it from now on.
    pub fn configured(&mut self, setup: Setup) {
        self.write(&setup.text(self.ports.0, self.ports.1, &self.sim));
        self.setup = setup;
    }

    /// The text of the configuration.
    pub fn configuration(&self) -> String {
        fs::read_to_string(self.folder.path().join("config.toml")).expect("the configuration")
    }

    /// Writes a text as the configuration.
    pub fn write(&self, text: &str) {
        let beside = self.folder.path().join("config.toml.new");
        fs::write(&beside, text).expect("a configuration");
        fs::rename(beside, self.folder.path().join("config.toml")).expect("its place");
    }

    /// SIGHUP, and what the log says of it: the lines of the reload, done or refused.
    pub async fn reloads(&self) -> String {
        let before = self.log().len();
        self.hung_up();
        for _ in 0..1_200 {
            let log = self.log().split_off(before);
            let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"server.reload")).collect();
            if !lines.is_empty() && log.ends_with('\n') {
                return lines.join("\n");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not reloaded:\n{}", self.log());
    }

    /// This configuration, and SIGHUP: it is gone over to.
    pub async fn reloaded(&mut self, setup: Setup) -> String {
        self.configured(setup);
        let said = self.reloads().await;
        assert!(said.contains("server.reloaded"), "{said}");
        said
    }

    /// Where the operator is answered.
    pub fn admin(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ports.1)
    }

    fn send(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill").success());
    }

    /// `kill -9`, and the same again.
    pub async fn killed_and_restarted(&mut self) {
        self.stop();
        self.restarted().await;
    }

    /// Starts it again on the same folder.
    pub async fn restarted(&mut self) {
        self.spawned();
        self.ready().await;
    }

    /// Starts it again and waits for nothing.
    pub fn spawned(&mut self) {
        self.child = spawn(self.folder.path(), self.descriptors);
    }

    /// Puts the hands of its clock: `+1h` is an hour ahead of this machine, `+0` right. It needs a [`clock`].
    pub fn clock_shows(&self, offset: &str) {
        clock::set(self.folder.path(), offset);
    }

    /// Starts it again, for so long or until it ends by itself.
    pub async fn started_for(&mut self, time: Duration) {
        self.spawned();
        let began = tokio::time::Instant::now();
        while self.runs() && began.elapsed() < time {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        self.stop();
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("the log")
    }

    /// Everything that it wrote to standard output.
    pub fn output(&self) -> String {
        fs::read_to_string(self.folder.path().join("output")).expect("its output")
    }

    /// Waits for a line of the log that holds all of these words, and gives it.
    pub async fn logged(&self, words: &[&str]) -> String {
        for _ in 0..200 {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| words.iter().all(|word| line.contains(word))) {
                return line.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no line with {words:?}:\n{}", self.log());
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// The application of that name.
    pub fn rp(&self, id: &str) -> RelyingParty {
        let client = self.setup.clients.iter().find(|client| client.id == id).expect("a client").clone();
        RelyingParty { issuer: self.issuer.clone(), http: self.http.clone(), client }
    }

    /// A browser on a computer.
    pub fn computer(&self, member: &str) -> Browser {
        Browser::new(&self.http, DESKTOP, self.origins()).of(member)
    }

    /// The WeCom client of this member.
    pub fn client_of(&self, member: &str) -> Browser {
        Browser::new(&self.http, IN_WECOM, self.origins()).of(member)
    }

    fn origins(&self) -> Vec<String> {
        let origin = |text: &str| Url::parse(text).expect("an address").origin().ascii_serialization();
        vec![origin(&self.issuer), origin(&self.sim.api_url())]
    }

    async fn ready(&mut self) {
        let address = self.admin("/readyz");
        for _ in 0..1_200 {
            if self.http.get(&address).send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(self.runs(), "it ended:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it does not become ready:\n{}", self.log());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, descriptors: Option<u32>) -> Child {
    let file = |name| File::options().create(true).append(true).open(folder.join(name)).expect("a file");
    let mut command = match descriptors {
        None => Command::new(PROGRAM),
        Some(most) => {
            let mut command = Command::new("prlimit");
            command.args([&format!("--nofile={most}"), PROGRAM]);
            command
        }
    };
    command.args(["serve", "--log", "trace", "--config"]).arg(folder.join("config.toml"));
    command.envs(clock::environment(folder)).env("RUST_BACKTRACE", "1");
    command.stdin(Stdio::null()).stdout(file("output")).stderr(file("log")).spawn().expect("the program")
}

/// Runs a command of the program to its end: exit status, standard output, standard error.
pub fn run(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(PROGRAM).args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}
