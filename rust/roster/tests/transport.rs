//! The host's own HTTP, libcurl on loopback, and recordings.
mod support;
use roster::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::*;

const LISTING: &[u8] = br#"{"data":[{"id":"alpha-1"},{"id":"beta-1"}]}"#;

fn refreshed(options: Options) -> Snapshot {
    let registry = options.open().unwrap();
    registry.refresh().unwrap();
    registry.snapshot()
}

fn state(snapshot: &Snapshot) -> (State, String) {
    let alpha = snapshot.known("alpha").unwrap();
    (alpha.state(), alpha.reason().to_string())
}

#[test]
fn requests_are_complete_and_their_debug_output_hides_secrets() {
    let canned = Canned::new(acme_lists);
    let seen = canned.seen();
    let text =
        ACME.replace("list_proves", "tls = { ca_file = \"/ca.pem\" }, proxy = \"http://proxy.test:3128\", list_proves");
    let environment = [("ACME_API_KEY", KEY)];
    let options = alone().no_builtin().definition("acme.lua", &text).environment(environment).transport(canned);
    refreshed(options.timeout(Duration::from_millis(7654)));
    let seen = seen.lock().unwrap();
    let [request] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", "https://api.example.test/v1/models"));
    assert_eq!(request.header("Authorization"), Some(format!("Bearer {KEY}").as_bytes()));
    assert_eq!(
        (request.ca_file.as_deref(), request.proxy.as_deref()),
        (Some("/ca.pem"), Some("http://proxy.test:3128"))
    );
    assert!(request.timeout > Duration::from_secs(5) && request.timeout <= Duration::from_millis(7654));
    assert!(request.connect_timeout <= request.timeout && request.max_body_bytes > 1 << 20 && request.body.is_none());
    let shown = format!("{request:?}");
    assert!(shown.contains("[redacted]") && !shown.contains(KEY), "{shown}");
}

#[test]
fn the_deadline_of_a_refresh_bounds_each_request() {
    let canned = Canned::new(acme_lists);
    let seen = canned.seen();
    refreshed(acme().transport(canned).deadline(Duration::from_millis(4321)));
    assert!(seen.lock().unwrap()[0].timeout <= Duration::from_millis(4321));
}

#[test]
fn the_body_of_a_request_reaches_the_transport() {
    let canned = Canned::new(|q| match &q.body {
        Some(body) if q.method == "POST" && body.starts_with(b"{") => {
            json(200, r#"{"object":"chat.completion","choices":[{}]}"#)
        }
        _ => json(404, "{}"),
    });
    let snapshot = refreshed(acme().transport(canned).level(Level::Generate));
    assert_eq!(state(&snapshot), (State::Ready, String::new()));
    assert_eq!(snapshot.known("alpha").unwrap().stage(), "generate");
}

#[test]
fn every_failure_kind_leads_to_a_state_and_reason() {
    use FailureKind::*;
    for kind in [Dns, Connect, Tls, Timeout, Reset, Other] {
        let (state, reason) = state(&refreshed(acme_with(move |_| failure(kind, "canned words"))));
        assert_eq!(state, State::Unreachable, "{kind:?}");
        assert!(reason.contains("canned words"), "{kind:?}: {reason}");
    }
    for kind in [TooLarge, Malformed] {
        let (state, reason) = state(&refreshed(acme_with(move |_| failure(kind, "canned words"))));
        assert_eq!(state, State::ProviderError, "{kind:?}: {reason}");
    }
}

#[test]
fn response_headers_reach_the_library() {
    let limited = |_: &Request| {
        let headers = vec![("Retry-After".to_string(), b"17".to_vec()), ("x\0y".to_string(), b"a\0b".to_vec())];
        Ok(Answer { status: 429, headers, body: b"{}".to_vec() })
    };
    let snapshot = refreshed(acme_with(limited));
    assert_eq!(snapshot.known("alpha").unwrap().state(), State::RateLimited);
    assert!(
        format!("{:?} {}", state(&snapshot), snapshot.known("alpha").unwrap().hint()).contains("17"),
        "{:?}",
        snapshot.known("alpha")
    );
}

struct Broken(&'static str);

impl Transport for Broken {
    fn start(&mut self, _: Request) -> Result<(), Status> {
        match self.0 {
            "start refuses" => Err(Status::Invalid),
            "start panics" => std::panic::resume_unwind(Box::new("as this test wants it")),
            _ => Ok(()),
        }
    }

    fn next(&mut self, _: Duration) -> Option<Response> {
        if self.0 == "next panics" {
            std::panic::resume_unwind(Box::new("as this test wants it"));
        }
        Some(Response { id: 0, result: Ok(Answer::default()), elapsed: Duration::ZERO, answered_at: None })
    }

    fn cancel_all(&mut self) {
        std::panic::resume_unwind(Box::new("as this test wants it"));
    }
}

#[test]
fn a_broken_transport_makes_no_model_usable_and_does_not_unwind() {
    let panics = "the host's transport failed: it panicked: as this test wants it";
    for (how, words) in
        [("start refuses", "did not take the request"), ("start panics", panics), ("next panics", panics)]
    {
        let registry = acme().transport(Broken(how)).open().unwrap();
        for _ in 0..2 {
            let _ = registry.refresh();
            assert!(registry.snapshot().is_empty(), "{how}");
            let reason = state(&registry.snapshot()).1;
            assert!(reason.contains(words), "{how}: {reason}");
        }
    }
}

#[test]
fn a_refresh_does_not_wait_for_a_late_or_dropped_reply() {
    let started = Instant::now();
    let kept: Arc<Mutex<Vec<Reply>>> = Arc::default();
    let (place, count) = (kept.clone(), AtomicUsize::new(0));
    let transport = ChannelTransport::new(move |_, reply| match count.fetch_add(1, Ordering::SeqCst) {
        0 => drop(reply),
        1 => place.lock().unwrap().push(reply),
        _ => reply.answer(Answer { status: 200, headers: Vec::new(), body: LISTING.to_vec() }),
    });
    let registry = acme().transport(transport).timeout(Duration::from_millis(300)).open().unwrap();
    let reason = || {
        registry.refresh().unwrap();
        state(&registry.snapshot()).1
    };
    assert!(reason().contains("the host gave no answer"));
    assert!(reason().contains("no answer in"));
    assert!(started.elapsed() < Duration::from_secs(20));
    let late = kept.lock().unwrap().pop().unwrap();
    assert!(late.is_cancelled());
    late.answer(Answer { status: 500, ..Answer::default() });
    assert_eq!(reason(), "", "an answer to the refresh before is not taken for one to this");
}

#[test]
fn a_body_is_collected_up_to_the_limit_and_no_further() {
    let mut answer = Answer { status: 200, ..Answer::default() };
    answer.push(b"abc", 5).unwrap();
    answer.push(b"de", 5).unwrap();
    let failure = answer.push(b"f", 5).unwrap_err();
    assert_eq!((failure.kind, answer.body.as_slice()), (FailureKind::TooLarge, &b"abcde"[..]));
    assert!(failure.message.contains("longer than 5 bytes"), "{failure:?}");
}

#[test]
fn a_reply_rejects_a_body_over_the_limit() {
    let transport = ChannelTransport::new(|request, reply| {
        let body = vec![b' '; request.max_body_bytes + 1];
        reply.answer(Answer { status: 200, headers: Vec::new(), body });
    });
    let (state, reason) = state(&refreshed(acme().transport(transport)));
    assert_eq!(state, State::ProviderError, "{reason}");
    assert!(reason.contains("longer than"), "{reason}");
}

fn threads() -> ChannelTransport {
    ChannelTransport::new(|request, reply| {
        std::thread::spawn(move || match send(&request) {
            Ok(answer) => reply.answer(answer),
            Err(e) => reply.fail(FailureKind::Connect, e.to_string()),
        });
    })
}

#[test]
fn a_host_can_send_over_its_own_sockets() {
    assert_eq!(refreshed(on_loopback(KEY).transport(threads())).len(), 2);
    let (state, reason) = state(&refreshed(on_loopback("sk-another-key-9876543210").transport(threads())));
    assert_eq!(state, State::BadCredential, "{reason}");
}

/// The archive without libcurl has no HTTP to test.
fn has_curl() -> bool {
    std::env::var("ROSTER_STATIC").as_deref() != Ok("core") && !cfg!(feature = "vendored")
}

#[test]
fn libcurl_sends_requests_if_no_transport_is_given() {
    if !has_curl() {
        return eprintln!("skipped: this library has no HTTP of its own");
    }
    assert_eq!(refreshed(on_loopback(KEY)).len(), 2);
    assert_eq!(state(&refreshed(on_loopback("sk-another-key-9876543210"))).0, State::BadCredential);
}

#[test]
fn a_recording_is_replayed_to_the_same_document() {
    let file = fresh_file("recording.jsonl");
    let registry = acme_with(acme_lists).record(&file).open().unwrap();
    registry.refresh().unwrap();
    let live = registry.snapshot();
    assert!(!file.exists(), "the file appears when the registry is closed");
    drop(registry);
    let recorded = std::fs::read_to_string(&file).unwrap();
    assert!(recorded.contains("alpha-1") && !recorded.contains(KEY));
    let again = refreshed(acme().replay(&file));
    assert_eq!(again.json(), live.json());
    std::fs::write(&file, "{\"roster_recording\":1}\nnot json\n").unwrap();
    let error = acme().replay(&file).open().map(|_| ()).unwrap_err();
    assert_eq!((error.status(), error.line()), (Status::Invalid, Some(2)), "{error}");
    assert_eq!(
        acme_with(acme_lists).record("/nonexistent/file").open().map(|_| ()).unwrap_err().status(),
        Status::System
    );
}
