//! What the rest of Phoenix relies on in its registry: its callers outside src/llm, the tests of its requests' addresses and tags, its sign-ins.
#[path = "support/phoenix.rs"]
#[allow(dead_code)]
mod llm;
mod support;

use llm::host::LlmService;
use llm::registry::{GatewayStatus, LlmConfig, ModelRegistry, Prepared};
use llm::testing::*;
use roster::State;
use std::sync::Arc;

#[test]
fn new_empty_has_no_models() {
    let models = ModelRegistry::new_empty();
    assert!(!models.has_models() && models.available_models().is_empty() && models.available_model_info().is_empty());
    assert!(models.default().is_none() && models.get_mid_tier_model().is_none() && models.get_cheap_model().is_none());
    assert!(models.get("claude-sonnet-4-6").is_none());
    assert_eq!((models.default_model_id(), models.context_window("claude-sonnet-4-6")), ("test-model", 128_000));
}

#[test]
fn an_empty_key_counts_as_unset() {
    let models = with(&keys("", ""), unasked);
    assert_eq!(models.available_models(), ["mock"]);
    let snapshot = models.registry().snapshot();
    assert_eq!(snapshot.known("claude-sonnet-4-6").unwrap().state(), State::NoCredential);
}

/// Phoenix assumes that every key is valid.
#[test]
fn a_refused_key_enables_no_models_and_does_not_affect_the_other_provider() {
    let models = with(&keys("sk-ant-wrong-0123456789", OPENAI_KEY), providers);
    assert!(models.available_models().iter().all(|id| id.contains("gpt") || id == "mock"));
    let snapshot = models.registry().snapshot();
    let sonnet = snapshot.known("claude-sonnet-4-6").unwrap();
    assert_eq!((sonnet.state(), sonnet.http_status()), (State::BadCredential, Some(401)));
    assert!(sonnet.hint().contains("ANTHROPIC_API_KEY"));
}

#[test]
fn roles_are_served_by_tier_and_stay_with_their_provider() {
    let models = with(&keys(ANTHROPIC_KEY, OPENAI_KEY), providers);
    assert_eq!(models.get_mid_tier_model().unwrap().0, "claude-sonnet-4-6");
    assert_eq!(models.get_cheap_model().unwrap().model_id(), "claude-haiku-4-5");
    for (parent, cheap) in [
        ("claude-opus-4-7", "claude-haiku-4-5"),
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("gpt-5.5", "gpt-5.4-mini"),
        ("mock", "mock"),
        ("kimi-k3-fireworks", "kimi-k3-fireworks"),
        ("no-such", "no-such"),
    ] {
        assert_eq!(models.cheap_model_id_for_provider(parent), cheap);
    }
}

/// A service of a test of Phoenix's.
struct Fake;

impl LlmService for Fake {
    fn model_id(&self) -> &str {
        "fake"
    }
    fn prepare(&self) -> Result<Prepared, roster::Error> {
        unreachable!("it sends nothing")
    }
    fn answered(&self, _: u16) -> bool {
        false
    }
}

#[test]
fn a_test_of_phoenix_can_bring_its_own_service() {
    let models = ModelRegistry::for_test_with_sonnet(Arc::new(Fake));
    assert!(models.has_models());
    assert_eq!(models.available_models(), ["claude-sonnet-4-6"]);
    assert_eq!(models.default_model_id(), "claude-sonnet-4-6");
    let (id, service) = models.get_mid_tier_model().unwrap();
    assert_eq!((id.as_str(), service.model_id()), ("claude-sonnet-4-6", "fake"));
    assert_eq!(models.default().unwrap().model_id(), "fake");
    assert_eq!(models.get_cheap_model().unwrap().model_id(), "fake");
    assert_eq!(models.cheap_model_id_for_provider("claude-sonnet-4-6"), "claude-sonnet-4-6");
    assert_eq!(models.gateway_status, GatewayStatus::NotConfigured);
}

#[test]
fn a_borrowed_default_outlives_the_refresh_that_changes_it() {
    let models = ModelRegistry::on(&anthropic(), Canned::new(providers).transport).unwrap();
    let before = models.default_model_id();
    models.refresh().unwrap();
    assert_eq!((before, models.default_model_id()), ("mock", "claude-sonnet-4-6"));
}

/// The helper, base URLs, headers and proxies are all read from variables.
#[test]
fn the_whole_environment_is_handed_on_and_a_field_goes_before_it() {
    let environment = [
        ("ANTHROPIC_API_KEY", "sk-ant-wrong-0123456789"),
        ("LLM_CUSTOM_HEADERS", "x-team: blue"),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/proxied/v1/messages"),
    ];
    let environment = environment.map(|(name, value)| (name.to_string(), value.to_string())).into();
    let models = with(&LlmConfig { environment, ..anthropic() }, |q| {
        assert!(says(q, "x-team", "blue") && q.url.starts_with("https://api.anthropic.com/proxied/"), "{q:?}");
        claude(q, ANTHROPIC_KEY)
    });
    assert!(models.get("claude-sonnet-4-6").is_some());
}

#[cfg(feature = "tokio")]
#[test]
fn new_with_discovery_has_asked_the_providers() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let models = runtime.block_on(ModelRegistry::new_with_discovery(&anthropic()));
    assert!(models.get("claude-sonnet-4-6").is_some());
    assert_eq!(models.gateway_status, GatewayStatus::NotConfigured);
    let refused = runtime.block_on(ModelRegistry::new_with_discovery(&keys("sk-ant-wrong-0123456789", "")));
    assert_eq!(refused.available_models(), ["mock"]);
}

#[test]
fn a_conversation_keeps_its_model_and_its_window() {
    let models = with(&anthropic(), providers);
    assert_eq!(models.context_window("claude-sonnet-4-6"), 200_000);
    assert_eq!(models.context_window("claude-sonnet-4-6-1m"), 1_000_000);
    let info = |id: &str| models.available_model_info().into_iter().find(|info| info.id == id);
    assert_eq!(info("claude-sonnet-4-6").unwrap().context_window, 200_000);
    assert_eq!(info("claude-sonnet-4-6-1m").unwrap().context_window, 1_000_000);
    assert_eq!(models.get("claude-4.5-haiku").unwrap().model_id(), "claude-haiku-4-5", "a former id");
    assert!(models.get("gpt-5-codex").is_none(), "no other model takes the place of one that is gone");
}

/// Billed requests ask for what is recommended or in use, so what a conversation has is asked for when it goes on.
#[test]
fn what_a_conversation_uses_is_proved_behind_a_gateway_that_lists_nothing() {
    let gateway = LlmConfig { gateway: Some(GATEWAY.into()), ..LlmConfig::default() };
    fn serves(request: &roster::Request) -> bool {
        let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
        let names = [r#""claude-sonnet-4-6""#, r#""claude-opus-4-6""#];
        request.url.ends_with("/anthropic/v1/messages") && names.iter().any(|name| body.contains(name))
    }
    let canned = Canned::new(|q| match serves(q) {
        true => json(200, r#"{"type":"message","content":[]}"#),
        false => json(404, "404 page not found"),
    });
    let seen = canned.seen.clone();
    let proofs = || seen.lock().unwrap().iter().filter(|q| serves(q)).count();
    let models = ModelRegistry::on(&gateway, canned.transport).unwrap();
    models.refresh().unwrap();
    assert_eq!(models.available_models(), ["claude-sonnet-4-6", "claude-sonnet-4-6-1m", "mock"]);
    assert_eq!(proofs(), 1, "one proof for both");
    assert!(models.get("claude-opus-4-6").is_none());
    models.refresh().unwrap();
    assert!(models.get("claude-opus-4-6").is_some());
    models.refresh().unwrap();
    assert_eq!(proofs(), 2, "a proof holds for days");
}

fn base_urls(gateway: Option<&str>, anthropic: Option<&str>) -> LlmConfig {
    LlmConfig {
        gateway: gateway.map(Into::into),
        anthropic_base_url: anthropic.map(Into::into),
        request_tags: Some("disable_data_logging=true".into()),
        ..keys(ANTHROPIC_KEY, OPENAI_KEY)
    }
}

/// The address and the body of a request to this model.
fn request(config: &LlmConfig, id: &str) -> (String, String) {
    let snapshot = before(config).registry().snapshot();
    let service = snapshot.known(id).unwrap().service().unwrap();
    (service.url().to_string(), service.body().to_string())
}

const TAGS: &str = r#"{"tags":{"disable_data_logging":"true"}}"#;

/// Four tests of Phoenix's service.rs, and four of anthropic.rs and openai.rs.
#[test]
fn addresses_and_tags_follow_the_gateway_and_the_base_urls() {
    let proxy = "https://proxy.example/anthropic/v1/messages";
    for (gateway, base_url, id, url, body) in [
        // tags_attached_when_gateway_set, test_resolve_anthropic_url_gateway_fallback
        (Some("http://gateway.local"), None, "claude-sonnet-4-6", "http://gateway.local/anthropic/v1/messages", TAGS),
        // test_resolve_anthropic_url_trailing_slash_stripped
        (Some("http://gateway.local/"), None, "claude-sonnet-4-6", "http://gateway.local/anthropic/v1/messages", TAGS),
        (Some("http://gateway.local"), None, "gpt-5.5", "http://gateway.local/openai/v1/responses", TAGS),
        // tags_attached_for_anthropic_base_url_only_path
        (None, Some(proxy), "claude-sonnet-4-6", proxy, TAGS),
        // test_resolve_anthropic_url_override_takes_priority
        (Some("http://gateway.local"), Some(proxy), "claude-sonnet-4-6", proxy, TAGS),
        // tags_dropped_for_direct_provider_call, test_resolve_anthropic_url_default
        (None, None, "claude-sonnet-4-6", "https://api.anthropic.com/v1/messages", "{}"),
        // tags_isolated_per_api_format
        (None, Some(proxy), "gpt-5.5", "https://api.openai.com/v1/responses", "{}"),
    ] {
        let asked = request(&base_urls(gateway, base_url), id);
        assert_eq!(asked, (url.to_string(), body.to_string()), "{gateway:?} {base_url:?} {id}");
    }
}

#[test]
fn whether_a_model_takes_tool_search_is_told() {
    let models = with(&keys(ANTHROPIC_KEY, OPENAI_KEY), providers);
    let extra = |id: &str| models.model(id).unwrap().model().extra().to_string();
    assert_eq!(extra("claude-sonnet-4-6"), r#"{"tool_search":true}"#);
    assert_ne!(extra("claude-haiku-4-5"), r#"{"tool_search":true}"#);
    assert_eq!(extra("gpt-5.5"), "{}");
}

/// A helper that waits until the file is there, as for somebody who signs in.
#[cfg(feature = "tokio")]
fn signing_in(name: &str, end: &str) -> (LlmConfig, std::path::PathBuf) {
    let go = support::fresh_file(name);
    let helper = format!("echo WDJB-MJHT; while [ ! -e \"$GO\" ]; do sleep 0.02; done; rm \"$GO\"; {end}");
    let environment = [("PATH", "/usr/bin:/bin"), ("GO", go.to_str().unwrap())];
    let environment = environment.map(|(name, value)| (name.to_string(), value.to_string())).into();
    (LlmConfig { api_key_helper: Some(helper), environment, ..LlmConfig::default() }, go)
}

#[cfg(feature = "tokio")]
mod sign_in {
    use super::llm::credential_helper::{CredentialHelper, CredentialStatus, HelperEvent};
    use super::*;
    use roster::Status;
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn on_tokio(test: impl std::future::Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await }).expect("it comes in time");
    }

    fn anthropic_alone(request: &roster::Request) -> Told {
        if request.url.starts_with("https://api.anthropic.com/") {
            claude(request, ANTHROPIC_KEY)
        } else {
            json(401, "{}")
        }
    }

    #[test]
    fn there_is_no_helper_where_none_is_configured() {
        assert!(CredentialHelper::of(before(&anthropic()).registry()).is_none());
    }

    /// REQ-BED-030 of Phoenix: a conversation waits for a sign-in, and goes on when it is over.
    #[test]
    fn a_conversation_waits_for_the_sign_in_that_its_request_began() {
        let (config, go) = signing_in("go-conversation", &format!("echo {ANTHROPIC_KEY}"));
        let models = ModelRegistry::on(&config, Canned::new(anthropic_alone).transport).unwrap();
        on_tokio(async {
            let helper = CredentialHelper::of(models.registry()).unwrap();
            models.registry().refresh().await.unwrap();
            assert_eq!(helper.credential_status().await, CredentialStatus::Idle, "no refresh runs it");
            assert_eq!(models.available_models(), ["mock"]);
            let stored = models.model("claude-sonnet-4-6").expect("a stored conversation may have it");
            assert_eq!(stored.prepare().err().unwrap().status(), Status::Pending);
            std::fs::write(&go, "").unwrap();
            helper.wait_for_settlement().await;
            stored.prepare().unwrap();
            models.registry().refresh().await.unwrap();
            let model = models.model("claude-sonnet-4-6").unwrap();
            model.prepare().unwrap();
            assert!(helper.invalidate().await && !helper.invalidate().await);
            assert_eq!(helper.credential_status().await, CredentialStatus::Idle);
            models.registry().refresh().await.unwrap();
            let model = models.model("claude-sonnet-4-6").expect("a lost key takes no model away");
            assert_eq!(model.prepare().err().unwrap().status(), Status::Pending);
            assert_eq!(helper.credential_status().await, CredentialStatus::Running, "as soon as the request says so");
            std::fs::write(&go, "").unwrap();
            helper.wait_for_settlement().await;
            assert_eq!(helper.credential_status().await, CredentialStatus::Valid);
            assert_eq!(model.prepare().unwrap().headers.get("x-api-key"), Some(ANTHROPIC_KEY.as_bytes()));
            assert!(!model.answered(401), "a refused key is dropped, and only the next request asks for a sign-in");
            assert_eq!(helper.credential_status().await, CredentialStatus::Idle);
            assert_eq!(model.prepare().err().unwrap().status(), Status::Pending);
        });
    }

    #[test]
    fn the_panel_sees_each_line_and_the_end() {
        let (config, go) = signing_in("go-panel", "echo no session >&2; exit 3");
        let models = ModelRegistry::on(&config, Canned::new(unasked).transport).unwrap();
        on_tokio(async {
            let helper = CredentialHelper::of(models.registry()).unwrap();
            let mut events = helper.clone().run_and_stream().await;
            assert_eq!(events.recv().await, Some(HelperEvent::Line("WDJB-MJHT".into())), "a code is told at once");
            let mut late = helper.clone().run_and_stream().await;
            assert_eq!(late.recv().await, Some(HelperEvent::Line("WDJB-MJHT".into())), "it joins the run");
            std::fs::write(&go, "").unwrap();
            assert_eq!(events.recv().await, Some(HelperEvent::Line("no session".into())));
            let end = events.recv().await.unwrap();
            assert!(matches!(&end, HelperEvent::Error { exit_code: Some(3), .. }), "{end:?}");
            assert_eq!(events.recv().await, None);
            assert_eq!(helper.credential_status().await, CredentialStatus::Failed);
        });
    }

    #[test]
    fn a_panel_that_is_opened_with_a_valid_key_is_told_so_and_nothing_else() {
        let (config, go) = signing_in("go-valid", &format!("echo {ANTHROPIC_KEY}"));
        let models = ModelRegistry::on(&config, Canned::new(anthropic_alone).transport).unwrap();
        on_tokio(async {
            let helper = CredentialHelper::of(models.registry()).unwrap();
            std::fs::write(&go, "").unwrap();
            let mut first = helper.clone().run_and_stream().await;
            while first.recv().await.is_some() {}
            let mut events = helper.run_and_stream().await;
            assert_eq!((events.recv().await, events.recv().await), (Some(HelperEvent::Complete), None));
        });
    }
}
