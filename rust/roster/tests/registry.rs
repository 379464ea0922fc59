//! What a host in Rust relies on.

#[path = "../examples/phoenix.rs"]
mod phoenix;

use phoenix::Canned;
use roster::*;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ACME: &str = r#"
provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.test", credential = secret "ACME_API_KEY",
  list_proves = "access", headers = { ["x-version"] = "2" } }
model "large" { provider = "acme", api_name = "large-1", context_window = 200 * K, aliases = { "big" }, formerly = { "huge" },
  price = { input = 0.25, output = 2 } }
model "small" { provider = "acme", api_name = "small-1" }
model "off" { provider = "acme", enabled = false }
retired "tiny" { replacement = "small" }
"#;
const KEY: &str = "sk-canary-0123456789";

fn acme() -> Options {
    Options::new().no_builtin().no_config().definition("acme.lua", ACME).environment([("ACME_API_KEY", KEY)])
}

fn open(options: Options) -> Registry {
    let registry = Registry::open(options.transport(Canned::listing(&["large-1", "small-1"]))).unwrap();
    registry.refresh().unwrap();
    registry
}

fn shared<T: Send + Sync>() {}

#[test]
fn registries_and_snapshots_are_shared_between_threads() {
    shared::<Registry>();
    shared::<Snapshot>();
    shared::<Model<'static>>();
    shared::<Service<'static>>();
    shared::<Headers>();
    shared::<Error>();
    fn cloned<T: Clone>() {}
    cloned::<Snapshot>();
}

#[test]
fn a_model_says_what_is_known_of_it() {
    let snapshot = open(acme()).snapshot();
    let model = snapshot.find("large").unwrap();
    assert_eq!((model.id(), model.api_name(), model.protocol(), model.state()), ("large", "large-1", "openai-chat", State::Ready));
    assert_eq!((model.context_window(), model.max_output_tokens()), (Some(200_000), None));
    assert_eq!((model.price(Price::Input), model.price(Price::CacheRead)), (Some(0.25), None));
    assert_eq!((model.aliases(), model.formerly()), (vec!["big"], vec!["huge"]));
    assert_eq!((model.provider().title(), model.provider().ready(), model.source()), ("Acme", 2, "$ACME_API_KEY"));
    assert_eq!((model.family(), model.usable(), model.stale(), model.reason()), (None, true, false, ""));
    assert!(model.checked_at().unwrap().ends_with('Z') && model.http_status() == Some(200) && model.latency_ms().is_some());
    let requests: Vec<String> = model.requests().map(|q| format!("{} {} {:?}", q.stage(), q.url(), q.status())).collect();
    assert_eq!(requests, ["list https://api.acme.test/v1/models Some(200)"]);
    let off = snapshot.known("off").unwrap();
    assert!(
        snapshot.find("off").is_none()
            && off.state() == State::Disabled
            && off.service().is_none()
            && off.reason().contains("enabled = false")
    );
    assert_eq!(State::NoCredential.to_string(), "no_credential");
    assert_eq!(snapshot.providers().map(|p| p.id().to_owned()).collect::<Vec<_>>(), ["acme"]);
}

#[test]
fn ids_resolve_exactly_or_with_a_reason() {
    let snapshot = open(acme()).snapshot();
    let via = |id: &str| snapshot.resolve(id).map(|(model, via)| (model.id().to_owned(), via)).map_err(|err| (err.status, err.candidates));
    assert_eq!(via("large"), Ok(("large".into(), "exact")));
    assert_eq!(via("big"), Ok(("large".into(), "alias")));
    assert_eq!(via("huge"), Ok(("large".into(), "formerly")));
    assert_eq!(via("Large"), Err((Status::Unknown, vec!["large".into()])));
    assert_eq!(via("tiny").unwrap_err().0, Status::Retired);
    assert_eq!(snapshot.renames().collect::<Vec<_>>(), [("huge", "large")]);
    assert_eq!(snapshot.require("huge").unwrap().id(), "large");
    let off = snapshot.require("off").unwrap_err();
    assert!(off.status == Status::NotReady && off.message.starts_with("'off' is not ready (disabled): enabled = false"), "{off}");
    assert!(snapshot.find("large\0").is_none() && snapshot.find(&"x".repeat(1000)).is_none(), "another text is another id");
}

#[test]
fn a_snapshot_outlives_its_registry() {
    let snapshot = open(acme()).snapshot();
    let held = snapshot.clone();
    drop(snapshot);
    assert_eq!(held.len(), 2);
    assert!(held.json().starts_with("{\"models\":["));
}

#[test]
fn headers_hold_the_key_and_show_it_to_nobody() {
    let registry = open(acme());
    let snapshot = registry.snapshot();
    let service = snapshot.find("large").unwrap().service().unwrap();
    let headers = registry.headers(service).unwrap();
    assert_eq!(headers.get("Authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(headers.get("x-version"), Some("2"));
    assert_eq!((service.method(), service.url(), service.body()), ("POST", "https://api.acme.test/v1/chat/completions", "{}"));
    let options = acme();
    for shown in [format!("{headers:?}"), format!("{registry:?}"), format!("{options:?}"), format!("{snapshot:?}"), format!("{service:?}")]
    {
        assert!(!shown.contains("canary"), "{shown}");
    }
    assert!(!registry.report(service, 401), "a key of a variable is not another one a moment later");
    assert!(registry.curl_command("large").unwrap().contains("$ACME_API_KEY"));
    let without = Registry::open(acme().environment([("UNUSED", "")]).transport(Canned::default())).unwrap();
    let missing = without.headers(service).unwrap_err();
    assert_eq!((missing.status, missing.message.as_str()), (Status::NotReady, "ACME_API_KEY is not set"));
}

#[test]
fn mistakes_are_errors_with_a_place() {
    let found = Arc::new(Mutex::new(Vec::new()));
    let list = found.clone();
    let options =
        acme().definition("more.lua", "\nprovider \"x\" { bse_url = 1 }\nmodel \"y\" {}").on_finding(move |f| list.lock().unwrap().push(f));
    let err = Registry::open(options.transport(Canned::default())).unwrap_err();
    assert_eq!((err.status, err.file.as_deref(), err.line), (Status::Definitions, Some("more.lua"), Some(2)));
    let shown: &dyn std::error::Error = &err;
    assert!(shown.to_string().starts_with("more.lua:2: provider 'x': unknown key 'bse_url' (did you mean 'base_url'?)"), "{shown}");
    assert!(
        found.lock().unwrap().iter().all(|f| f.error && f.file == "more.lua") && err.count >= 2 && found.lock().unwrap().len() == err.count
    );
}

#[test]
fn eight_threads_read_beside_refreshes() {
    let registry = open(acme());
    let over = AtomicBool::new(false);
    let reads = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut last = 0;
                while !over.load(Ordering::Relaxed) {
                    let snapshot = registry.snapshot();
                    assert!(snapshot.generation() >= last && snapshot.find("huge").is_some());
                    last = snapshot.generation();
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..50 {
            registry.refresh().unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(reads.into_inner() > 100 && registry.snapshot().generation() == 51);
}

#[test]
fn what_is_new_is_announced() {
    let generation = Arc::new(AtomicU64::new(99));
    let seen = generation.clone();
    let registry = open(acme().on_published(move |g| seen.store(g, Ordering::SeqCst)));
    assert_eq!(generation.load(Ordering::SeqCst), 1);
    assert!(registry.event_fd().is_some() && registry.event_fd() == registry.event_fd());
    registry.refresh_every(Duration::from_millis(20)).unwrap();
    for _ in 0..500 {
        if generation.load(Ordering::SeqCst) >= 3 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no refresh came by itself");
}

#[test]
fn changes_are_values() {
    let registry = Registry::open(acme().transport(Canned::listing(&["large-1"]))).unwrap();
    let before = registry.snapshot();
    registry.refresh().unwrap();
    let after = registry.snapshot();
    let default = Change::Default { from: None, to: Some("large".into()) };
    assert_eq!(after.changes_since(Some(&before)), [Change::Added("large".into()), default]);
    assert_eq!(after.changes_since(Some(&after)), []);
    assert!(matches!(&before.changes_since(Some(&after))[0], Change::Removed { id, reason } if id == "large" && reason.contains("nobody")));
}

#[test]
fn the_host_may_have_keys() {
    let registry = open(acme().environment([("UNUSED", "")]).credential(|provider| match provider {
        "acme" => CredentialAnswer::Key(Credential { value: "host-token".into(), headers: vec![("x-account".into(), "7".into())] }),
        _ => CredentialAnswer::Elsewhere,
    }));
    let snapshot = registry.snapshot();
    let headers = registry.headers(snapshot.find("large").unwrap().service().unwrap()).unwrap();
    assert_eq!((headers.get("authorization"), headers.get("x-account")), (Some("Bearer host-token"), Some("7")));
    let pending = open(acme().credential(|_| CredentialAnswer::Pending)).snapshot();
    assert_eq!(pending.known("large").unwrap().state(), State::Pending);
    let none = open(acme().credential(|_| CredentialAnswer::None)).snapshot();
    assert_eq!(none.known("large").unwrap().state(), State::NoCredential);
}

struct Panicking(&'static str);

impl Transport for Panicking {
    fn start(&mut self, _request: HttpRequest) -> Result<(), Refused> {
        if self.0 == "start" {
            panic!("in start");
        }
        Ok(())
    }
    fn next(&mut self, _timeout: Duration) -> Option<Response> {
        panic!("in next")
    }
    fn cancel_all(&mut self) {
        panic!("in cancel_all")
    }
}

#[test]
fn a_panic_of_the_host_does_not_reach_c() {
    std::panic::set_hook(Box::new(|_| {}));
    for at in ["start", "next"] {
        let registry = Registry::open(acme().transport(Panicking(at)).on_published(|_| panic!("in on_published"))).unwrap();
        registry.refresh().unwrap();
        assert_eq!(registry.snapshot().known("large").unwrap().state(), State::Unreachable);
    }
    let registry = open(acme().credential(|_| panic!("in credential")));
    assert_eq!(registry.snapshot().known("large").unwrap().state(), State::NoCredential);
}

#[test]
fn failures_of_a_transport_have_words() {
    struct Broken(Vec<u64>);
    impl Transport for Broken {
        fn start(&mut self, request: HttpRequest) -> Result<(), Refused> {
            assert!(request.headers.0.iter().any(|(name, value)| name == "authorization" && value.contains(KEY)));
            assert!(!format!("{request:?}").contains("canary"));
            self.0.push(request.id);
            Ok(())
        }
        fn next(&mut self, _timeout: Duration) -> Option<Response> {
            let id = self.0.pop()?;
            Some(Response { id, answer: Err((Failure::Tls, "the certificate is somebody else's".into())), elapsed: Duration::ZERO })
        }
        fn cancel_all(&mut self) {}
    }
    let registry = Registry::open(acme().transport(Broken(Vec::new()))).unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    let model = snapshot.known("large").unwrap();
    assert_eq!(model.state(), State::Unreachable);
    assert!(model.reason().contains("the certificate is somebody else's"), "{}", model.reason());
}

#[test]
fn the_version_is_the_library_s() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}
