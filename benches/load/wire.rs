//! One connection that is kept alive. So little that the machine's time goes to the server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A connection.
pub struct Wire {
    stream: BufReader<TcpStream>,
    line: String,
}

/// An answer.
#[derive(Default)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// `Location`.
    pub location: String,
    /// `Set-Cookie`, name and value alone.
    pub cookies: Vec<String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream: BufReader::with_capacity(32 << 10, stream), line: String::new() }
    }

    /// Sends a whole request and reads the whole answer.
    pub fn ask(&mut self, request: &[u8]) -> Reply {
        self.stream.get_mut().write_all(request).expect("sent");
        self.read()
    }

    fn read(&mut self) -> Reply {
        let mut reply = Reply::default();
        let mut length = 0;
        loop {
            self.line.clear();
            assert!(self.stream.read_line(&mut self.line).expect("a line") > 0, "the connection was closed");
            let line = self.line.trim_end();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(": ") else {
                reply.status = line.split(' ').nth(1).expect("a status").parse().expect("a number");
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().expect("a length"),
                "location" => value.clone_into(&mut reply.location),
                "set-cookie" => reply.cookies.push(value.split(';').next().expect("a cookie").to_owned()),
                _ => {}
            }
        }
        reply.body.resize(length, 0);
        self.stream.read_exact(&mut reply.body).expect("a body");
        reply
    }
}

/// A GET with further header lines, each ended with CR LF.
pub fn get(target: &str, host: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").into_bytes()
}

/// A form.
pub fn post(target: &str, host: &str, headers: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}
