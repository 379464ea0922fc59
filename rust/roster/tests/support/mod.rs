//! Providers without a network: a transport that answers from a table, by the key that came along.
#![allow(dead_code)] // each test file uses some of it
use roster::{Answer, Failure, FailureKind, Options, Request, Response, Status, Transport};
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One provider with two models: `alpha`, the default, and `beta`.
pub const ACME: &str = r#"
provider "acme" {
  title = "Acme", protocol = "openai-chat", base_url = "https://api.example.test",
  credential = secret "ACME_API_KEY", key_prefixes = { "ak-" }, list_proves = "access", tags = { "eu" }, extra = { team = 7 },
}
model "alpha" {
  provider = "acme", api_name = "alpha-1", context_window = 200 * K, price = { input = 4, output = 20 }, extra = { tool_search = true },
  formerly = { "alpha-0" }, former_windows = { ["alpha-0"] = 100 * K }, input_modalities = { "text", "image" },
  headers = { ["x-team"] = "blue" }, tool_call = true, temperature = false, reasoning_budget = { max = 9 }, tags = { "own" },
}
model "beta" { provider = "acme", api_name = "beta-1", context_window = 100 * K, aliases = { "b" } }
default { "alpha" }
role "cheap" { "beta" }
"#;

pub const KEY: &str = "sk-canned-key-0123456789";

/// Definitions and environment are the test's, so nothing of the machine is read.
pub fn acme() -> Options {
    alone().no_builtin().definition("acme.lua", ACME).environment([("ACME_API_KEY", KEY)])
}

/// The shipped definitions, with nothing of the machine.
pub fn alone() -> Options {
    let none: [(&str, &str); 0] = [];
    Options::new().no_config().environment(none)
}

/// Gives each request its answer, when `next` is called.
pub type Table = Arc<dyn Fn(&Request) -> Result<Answer, Failure> + Send + Sync>;

pub struct Canned {
    table: Table,
    waiting: VecDeque<Request>,
    seen: Arc<Mutex<Vec<Request>>>,
    panicked: bool,
}

impl Canned {
    pub fn new(table: impl Fn(&Request) -> Result<Answer, Failure> + Send + Sync + 'static) -> Self {
        Canned { table: Arc::new(table), waiting: VecDeque::new(), seen: Arc::default(), panicked: false }
    }

    /// Every request that was started, in order.
    pub fn seen(&self) -> Arc<Mutex<Vec<Request>>> {
        self.seen.clone()
    }
}

impl Transport for Canned {
    fn start(&mut self, request: Request) -> Result<(), Status> {
        self.seen.lock().unwrap().push(request.clone());
        self.waiting.push_back(request);
        Ok(())
    }

    fn next(&mut self, _timeout: Duration) -> Option<Response> {
        let request = self.waiting.pop_front()?;
        self.panicked = true;
        let result = (self.table)(&request);
        self.panicked = false;
        Some(Response { id: request.id, result, elapsed: Duration::from_millis(7), answered_at: None })
    }

    fn cancel_all(&mut self) {
        self.waiting.clear();
    }
}

/// roster goes on after a panic in a transport; the test must not.
impl Drop for Canned {
    fn drop(&mut self) {
        assert!(!self.panicked || std::thread::panicking(), "the table panicked: see above");
    }
}

pub fn json(status: u16, body: impl Into<String>) -> Result<Answer, Failure> {
    let headers = vec![("content-type".to_string(), b"application/json".to_vec())];
    Ok(Answer { status, headers, body: body.into().into_bytes() })
}

pub fn failure(kind: FailureKind, message: &str) -> Result<Answer, Failure> {
    Err(Failure { kind, message: message.to_string() })
}

/// A refusal in the words of openai-chat; another 401 says nothing about the key.
pub const WRONG_KEY: &str = r#"{"error":{"message":"wrong key","code":"invalid_api_key"}}"#;

/// The listing that Acme gives to everybody who has its key.
pub fn acme_lists(request: &Request) -> Result<Answer, Failure> {
    if request.header("authorization") == Some(format!("Bearer {KEY}").as_bytes()) {
        json(200, r#"{"object":"list","data":[{"id":"alpha-1"},{"id":"beta-1"}]}"#)
    } else {
        json(401, WRONG_KEY)
    }
}

pub fn acme_with(table: impl Fn(&Request) -> Result<Answer, Failure> + Send + Sync + 'static) -> Options {
    acme().transport(Canned::new(table))
}

/// A name for a file of this test's own, which is not there yet.
pub fn fresh_file(name: &str) -> std::path::PathBuf {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let _ = std::fs::remove_file(&file);
    file
}

/// Acme on loopback: one response per connection, until the test ends.
pub fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let _ = answer_one(connection);
        }
    });
    address
}

fn answer_one(mut connection: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let first = lines.next().unwrap()?;
    let headers: HashMap<String, String> = lines
        .map_while(|line| line.ok().filter(|line| !line.is_empty()))
        .filter_map(|line| line.split_once(": ").map(|(n, v)| (n.to_lowercase(), v.to_string())))
        .collect();
    let good = first == "GET /v1/models HTTP/1.1" && headers.get("authorization") == Some(&format!("Bearer {KEY}"));
    let (status, body) =
        if good { ("200 OK", r#"{"data":[{"id":"alpha-1"},{"id":"beta-1"}]}"#) } else { ("401 No", WRONG_KEY) };
    write!(
        connection,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

pub fn on_loopback(key: &str) -> Options {
    let text = ACME.replace("https://api.example.test", &serve());
    alone().no_builtin().definition("acme.lua", &text).environment([("ACME_API_KEY", key)])
}

/// What a host with its own HTTP client does in its task.
pub fn send(request: &Request) -> std::io::Result<Answer> {
    let (host, path) = request.url.trim_start_matches("http://").split_once('/').unwrap();
    let mut connection = TcpStream::connect(host)?;
    connection.set_read_timeout(Some(request.timeout))?;
    write!(connection, "{} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method)?;
    for (name, value) in &request.headers {
        connection.write_all(&[name.as_bytes(), b": ", value, b"\r\n"].concat())?;
    }
    connection.write_all(b"\r\n")?;
    let mut all = String::new();
    connection.read_to_string(&mut all)?;
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    Ok(Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}
