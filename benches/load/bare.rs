//! A bare actix server in a process of its own: the most that this web framework gives on this machine. One of its
//! two routes signs, so that three requests to it are the least that a sign-in could cost.

use std::hint::black_box;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, web};

use crate::bridge::free_address;
use crate::process::Running;
use crate::signature::Signer;

/// How the process is told its part.
pub const ROLE: &str = "bare@";

/// The path of the route that signs.
pub const SIGNS: &str = "/sign";

/// The part of the child: serves the bytes of a file, `ADDRESS=FILE`, at every path.
pub fn serve(words: &str) {
    let (address, file) = words.split_once('=').expect("ADDRESS=FILE");
    let bytes = web::Bytes::from(std::fs::read(file).expect("the file"));
    let signer = Arc::new(Signer::new());
    let route = move || {
        let (bytes, signer) = (bytes.clone(), Arc::clone(&signer));
        let serve = move |bytes: web::Bytes| HttpResponse::Ok().content_type("application/json").body(bytes);
        let signed = bytes.clone();
        App::new()
            .route(
                SIGNS,
                web::get().to(move || {
                    black_box(signer.sign(&signed));
                    let answer = serve(signed.clone());
                    async move { answer }
                }),
            )
            .default_service(web::to(move || {
                let answer = serve(bytes.clone());
                async move { answer }
            }))
    };
    let server = HttpServer::new(route).bind(address).expect("an address");
    actix_web::rt::System::new().block_on(server.run()).expect("it serves");
}

/// Starts it with these bytes.
pub fn start(bytes: &[u8]) -> (Running, SocketAddr) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    let address = free_address();
    let me = std::env::current_exe().expect("this program");
    let mut command = Command::new(me);
    command.arg(format!("{ROLE}{address}={}", file.path().display())).stdin(Stdio::null()).stdout(Stdio::null());
    let mut running = Running::of(command.spawn().expect("itself"));
    crate::bridge::wait_for(address, &mut running);
    (running, address)
}
