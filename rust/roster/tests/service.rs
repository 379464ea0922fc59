//! How a host sends its own requests: keys, headers, helpers, reports.
mod support;
use roster::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Mutex};
use std::time::Duration;
use support::*;

#[test]
fn a_service_has_the_url_and_its_headers_contain_the_key() {
    let registry = acme_with(acme_lists).environment([("LLM_REQUEST_TAGS", "team=blue")]).open().unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    let service = snapshot.find("alpha").unwrap().service().unwrap();
    assert_eq!((service.method(), service.url()), ("POST", "https://api.example.test/v1/chat/completions"));
    assert_eq!((service.api_name(), service.protocol(), service.model().id()), ("alpha-1", "openai-chat", "alpha"));
    assert_eq!((service.sdk_base_url(), service.sdk_api_version()), ("https://api.example.test/v1", ""));
    assert_eq!(
        (service.auth(), service.auth_header(), service.auth_scheme(), service.auth_variable()),
        ("header", "authorization", "Bearer", "ACME_API_KEY")
    );
    assert_eq!((service.proxy(), service.ca_file(), service.client_cert(), service.client_key()), ("", "", "", ""));
    assert_eq!(service.body(), "{}", "tags go to gateways and overrides alone");
    let headers = registry.headers(&service).unwrap();
    assert_eq!(headers.get("AUTHORIZATION"), Some(format!("Bearer {KEY}").as_bytes()));
    assert_eq!(headers.get("x-team"), Some(&b"blue"[..]));
    assert_eq!((headers.len(), headers.iter().count(), headers.is_empty(), headers.get("x-none")), (2, 2, false, None));
    let shown = format!("{headers:?}");
    assert!(shown.contains("[redacted]") && !shown.contains(KEY) && !shown.contains("blue"), "{shown}");
}

#[test]
fn headers_outlive_the_registry_and_do_not_mix_with_another() {
    let (one, other) = (
        acme_with(acme_lists).environment([("LLM_CUSTOM_HEADERS", "x-more: red-and-green")]).open().unwrap(),
        acme_with(acme_lists).open().unwrap(),
    );
    let snapshot = one.snapshot();
    let service = snapshot.known("alpha").unwrap().service().unwrap();
    assert_eq!(other.headers(&service).unwrap_err().status(), Status::Invalid);
    assert_eq!(other.report(&service, 200).unwrap_err().status(), Status::Invalid);
    let headers = one.headers(&service).unwrap();
    assert!(!one.report(&service, 200).unwrap());
    drop((snapshot, one));
    assert_eq!(headers.get("authorization"), Some(format!("Bearer {KEY}").as_bytes()));
    assert_eq!((headers.get("x-team"), headers.get("x-more")), (Some(&b"blue"[..]), Some(&b"red-and-green"[..])));
}

#[test]
fn a_disabled_model_has_no_service_and_an_unset_key_is_an_error() {
    let text = ACME.replace("api_name = \"alpha-1\",", "api_name = \"alpha-1\", enabled = false,");
    let registry = alone().no_builtin().definition("acme.lua", &text).open().unwrap();
    let snapshot = registry.snapshot();
    assert!(snapshot.known("alpha").unwrap().service().is_none());
    let error = registry.headers(&snapshot.known("beta").unwrap().service().unwrap()).unwrap_err();
    assert_eq!(error.status(), Status::NotReady);
    assert!(error.message().contains("ACME_API_KEY"), "{error}");
}

#[test]
fn keys_of_the_host_take_precedence_over_all_others() {
    let said = Arc::new(Mutex::new(Credential::Pending));
    let asked = Arc::new(AtomicUsize::new(0));
    let (place, count) = (said.clone(), asked.clone());
    let registry = acme_with(acme_lists)
        .credential(move |provider| {
            assert_eq!(provider, "acme");
            count.fetch_add(1, Ordering::SeqCst);
            match &*place.lock().unwrap() {
                Credential::Key(_) => Credential::Key(Key::new(KEY).header("x-account", "account-7654321")),
                Credential::LookFurther => Credential::LookFurther,
                Credential::Pending => Credential::Pending,
                Credential::Absent => Credential::Absent,
            }
        })
        .open()
        .unwrap();
    let expect = |what: Credential, state, headers: Result<usize, Status>| {
        let shown = format!("{what:?}");
        assert!(!shown.contains(KEY));
        *said.lock().unwrap() = what;
        registry.refresh().unwrap();
        let snapshot = registry.snapshot();
        let alpha = snapshot.known("alpha").unwrap();
        assert_eq!((alpha.state(), alpha.stale()), (state, false), "{shown}: {}", alpha.reason());
        let found = registry.headers(&alpha.service().unwrap());
        assert_eq!(found.as_ref().map(Headers::len).map_err(Error::status), headers, "{shown}");
        found.ok()
    };
    expect(Credential::Pending, State::Pending, Err(Status::Pending));
    expect(Credential::Absent, State::NoCredential, Err(Status::NotReady));
    let headers = expect(Credential::Key(Key::new(KEY)), State::Ready, Ok(3)).unwrap();
    assert_eq!(headers.get("x-account"), Some(&b"account-7654321"[..]));
    expect(Credential::LookFurther, State::Ready, Ok(2));
    assert!(asked.load(Ordering::SeqCst) >= 8);
}

#[test]
fn a_key_with_a_nul_byte_counts_as_missing() {
    for key in [Key::new("sk-with-a-\0-in-it"), Key::new(KEY).header("x-account", "\0")] {
        let place = Mutex::new(Some(key));
        let registry = acme_with(acme_lists)
            .credential(move |_| place.lock().unwrap().take().map_or(Credential::Absent, Credential::Key));
        let registry = registry.open().unwrap();
        assert_eq!(registry.snapshot().known("alpha").unwrap().state(), State::NoCredential);
    }
}

#[test]
fn helper_output_is_delivered_and_a_refused_key_is_renewed() {
    let file = fresh_file("helper-runs");
    let line = format!("echo x >> \"$RUNS\"; echo please sign in >&2; echo {KEY}");
    let registry = acme_with(acme_lists)
        .environment([
            ("PATH", "/usr/bin:/bin"),
            ("RUNS", file.to_str().unwrap()),
            ("LLM_API_KEY_HELPER", line.as_str()),
        ])
        .helper_wait(Duration::from_secs(30))
        .open()
        .unwrap();
    let (to, from) = mpsc::channel();
    let subscription = registry
        .subscribe(move |l| to.send((l.provider_id.map(str::to_string), l.error, l.text.to_string())).unwrap())
        .unwrap();
    assert_eq!(registry.snapshot().credential_status(), "idle");
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    assert_eq!((snapshot.credential_status(), snapshot.len()), ("valid", 2), "{:?}", snapshot.known("alpha"));
    assert_eq!(from.recv_timeout(Duration::from_secs(20)), Ok((None, true, "please sign in".to_string())));
    let service = snapshot.find("alpha").unwrap().service().unwrap();
    assert!(registry.headers(&service).is_ok());
    assert!(registry.report(&service, 401).unwrap(), "the helper runs again");
    registry.refresh().unwrap();
    drop(subscription);
    let told: Vec<_> = from.iter().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "x\nx\n");
}

#[test]
fn a_subscription_may_be_dropped_in_its_own_callback() {
    let place: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let (inner, (to, from)) = (place.clone(), mpsc::channel());
    let registry = acme_with(acme_lists)
        .environment([("PATH", "/usr/bin:/bin"), ("LLM_API_KEY_HELPER", "echo one >&2; echo two-keys-are-long")])
        .helper_wait(Duration::from_secs(30))
        .open()
        .unwrap();
    let subscription = registry.subscribe(move |_| to.send(inner.lock().unwrap().take().is_some()).unwrap()).unwrap();
    *place.lock().unwrap() = Some(subscription);
    registry.refresh().unwrap();
    assert_eq!(from.recv_timeout(Duration::from_secs(20)), Ok(true));
}

#[test]
fn cached_models_are_available_at_the_next_start() {
    let file = fresh_file("cache");
    acme_with(acme_lists).cache_file(&file).open().unwrap().refresh().unwrap();
    assert!(!std::fs::read_to_string(&file).unwrap().contains(KEY));
    let snapshot = acme().cache_file(&file).open().unwrap().snapshot();
    let alpha = snapshot.find("alpha").unwrap();
    assert!(snapshot.generation() == 0 && alpha.stale() && !alpha.stale_reason().is_empty());
}

#[test]
fn a_pushed_key_is_asked_for_before_the_closure_and_the_variables() {
    let closure = |_: &str| Credential::Key(Key::new("sk-from-the-closure-0123456789"));
    let registry = acme_with(acme_lists).credential(closure).open().unwrap();
    let state = || {
        registry.refresh().unwrap();
        registry.snapshot().known("alpha").unwrap().state()
    };
    let sent = || {
        let snapshot = registry.snapshot();
        let service = snapshot.known("alpha").unwrap().service().unwrap();
        let headers = registry.headers(&service).map_err(|e| e.status())?;
        Ok(String::from_utf8(headers.get("authorization").unwrap().to_vec()).unwrap())
    };
    assert_eq!(state(), State::BadCredential);
    registry.set_credential("acme", Credential::Key(Key::new(KEY).header("x-account", "7"))).unwrap();
    assert_eq!(state(), State::Ready);
    assert_eq!(sent(), Ok(format!("Bearer {KEY}")));
    registry.set_credential("acme", Credential::Key(Key::new("sk-renewed-0123456789"))).unwrap();
    assert_eq!(sent(), Ok("Bearer sk-renewed-0123456789".to_string()), "headers have it at once");
    registry.set_credential("acme", Credential::Pending).unwrap();
    assert_eq!(sent(), Err(Status::Pending));
    registry.set_credential("acme", Credential::LookFurther).unwrap();
    assert_eq!(sent(), Ok("Bearer sk-from-the-closure-0123456789".to_string()));
    let error = registry.set_credential("acne", Credential::Absent).unwrap_err();
    assert_eq!(error.status(), Status::Unknown);
    assert!(error.message().contains("'acne'"), "{error}");
}
