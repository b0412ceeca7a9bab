//! Starting and stopping: two listeners over one state.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, middleware, web};
use tokio::task::JoinHandle;

use crate::control::{self, Control};
use crate::directory::Directory;
use crate::options::{Members, Options};
use crate::world::{Shared, World};
use crate::{api, connection, intercept, pages};

/// The most a request body may hold.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// A running simulator; [`Control`]'s methods can be called on it. It stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    control: Control,
    api_address: SocketAddr,
    control_address: SocketAddr,
    listeners: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
}

/// Starts a simulator inside the running tokio or actix runtime.
pub async fn start(options: Options) -> io::Result<Simulator> {
    let directory = load(options.members).await?;
    let shared = Shared::new(World::new(directory, options.quirks, options.settings));
    let api_listener = TcpListener::bind(options.listen)?;
    let control_listener = TcpListener::bind(options.control)?;
    let api_address = api_listener.local_addr()?;
    let control_address = control_listener.local_addr()?;
    let listeners =
        vec![run(serve_api(api_listener, shared.clone())?), run(serve_control(control_listener, shared.clone())?)];
    Ok(Simulator { control: Control::new(shared), api_address, control_address, listeners })
}

/// Starts a simulator for the command line: the sample, or the members file of that path.
pub async fn run_cli(listen: SocketAddr, control: SocketAddr, members_path: Option<PathBuf>) -> io::Result<Simulator> {
    start(Options {
        listen,
        control,
        members: members_path.map_or(Members::Sample, Members::File),
        ..Options::default()
    })
    .await
}

impl Simulator {
    /// Origin of the server API.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api_address)
    }

    /// Whole address of the in-client page.
    pub fn authorize_url(&self) -> String {
        format!("{}{}", self.api_url(), pages::AUTHORIZE)
    }

    /// Whole address of the browser page.
    pub fn login_url(&self) -> String {
        format!("{}{}", self.api_url(), pages::LOGIN)
    }

    /// Whole address of the older browser page.
    pub fn qr_connect_url(&self) -> String {
        format!("{}{}", self.api_url(), pages::QR_CONNECT)
    }

    /// Origin of the control API.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control_address)
    }

    /// The control methods, to be kept elsewhere.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Closes both listeners and waits until they are closed.
    pub async fn stop(mut self) {
        for (handle, task) in std::mem::take(&mut self.listeners) {
            handle.stop(false).await;
            if let Ok(Err(error)) = task.await {
                tracing::warn!(%error, "a listener of the simulator ended with an error");
            }
        }
    }
}

impl Deref for Simulator {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for (handle, _) in &self.listeners {
            // The command is sent by the call; waiting for its end is what is dropped here.
            drop(handle.stop(false));
        }
    }
}

async fn load(members: Members) -> io::Result<Directory> {
    let directory = match members {
        Members::Sample => Directory::sample(),
        Members::Toml(text) => Directory::from_toml(&text),
        Members::Directory(directory) => directory.checked(),
        Members::File(path) => {
            let text = tokio::fs::read_to_string(&path)
                .await
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            Directory::from_toml(&text)
        }
    };
    directory.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn serve_api(listener: TcpListener, shared: Shared) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(shared.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .wrap(middleware::from_fn(intercept::intercept))
            .configure(pages::routes)
            .default_service(web::to(api::serve))
    })
    .on_connect(connection::remember)
    // As nginx does; a shorter time would race with the connection pools of callers.
    .keep_alive(Duration::from_secs(75))
    .workers(1)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

fn serve_control(listener: TcpListener, shared: Shared) -> io::Result<Server> {
    let control = Control::new(shared);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(control.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .configure(control::http::routes)
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

fn run(server: Server) -> (ServerHandle, JoinHandle<io::Result<()>>) {
    let handle = server.handle();
    (handle, tokio::spawn(server))
}
