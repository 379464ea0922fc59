//! The requirements of Phoenix's own tests of its ModelRegistry, checked on the one built on roster. Differences are noted at the test.
#[path = "../examples/phoenix/registry.rs"]
#[allow(dead_code)]
mod registry;
mod support;

use registry::{GatewayStatus, LlmConfig, LlmService, ModelInfo, ModelRegistry, Prepared};
use roster::{Answer, Failure, Request, State, Status};
use std::sync::Arc;
use support::{json, Canned};

const ANTHROPIC_KEY: &str = "sk-ant-good-0123456789";
const OPENAI_KEY: &str = "sk-openai-good-0123456789";
const GATEWAY: &str = "http://169.254.169.254/gateway/llm";

type Told = Result<Answer, Failure>;

fn says(request: &Request, name: &str, value: &str) -> bool {
    request.header(name) == Some(value.as_bytes())
}

/// The providers, each with its key.
fn providers(request: &Request) -> Told {
    let anthropic = request.url.starts_with("https://api.anthropic.com/");
    let openai = request.url.starts_with("https://api.openai.com/");
    match request.url.split('/').nth(4).map(|rest| rest.split('?').next().unwrap()) {
        Some("models") if anthropic && says(request, "x-api-key", ANTHROPIC_KEY) => claude(request),
        Some("models") if openai && says(request, "authorization", &format!("Bearer {OPENAI_KEY}")) => gpt(request),
        _ if anthropic => {
            json(401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#)
        }
        _ if openai => json(401, r#"{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}"#),
        _ => panic!("nobody else is asked: {request:?}"),
    }
}

fn claude(request: &Request) -> Told {
    if !request.url.contains("/models?") {
        return json(404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: that one"}}"#);
    }
    json(
        200,
        r#"{"data":[{"id":"claude-opus-5-5"},{"id":"claude-sonnet-5-5"},{"id":"claude-haiku-5-5"}],"has_more":false}"#,
    )
}

fn gpt(request: &Request) -> Told {
    if !request.url.ends_with("/models") {
        return json(404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#);
    }
    json(200, r#"{"data":[{"id":"gpt-6.1-sol"},{"id":"gpt-6-luna"}]}"#)
}

fn with(config: LlmConfig, table: impl Fn(&Request) -> Told + Send + Sync + 'static) -> ModelRegistry {
    let models = ModelRegistry::on(&config, Canned::new(table)).unwrap();
    models.refresh().unwrap();
    models
}

/// What Phoenix's `new` sends with: here only Anthropic's key is good, and only Sonnet is listed.
fn transport() -> Canned {
    Canned::new(|q| match providers(q) {
        Ok(listing) if listing.status == 200 => json(200, r#"{"data":[{"id":"claude-sonnet-5-5"}]}"#),
        other => other,
    })
}

fn keys(anthropic: &str, openai: &str) -> LlmConfig {
    LlmConfig { anthropic_api_key: Some(anthropic.into()), openai_api_key: Some(openai.into()), ..LlmConfig::default() }
}

#[test]
fn new_empty_has_no_models() {
    let models = ModelRegistry::new_empty();
    assert!(!models.has_models() && models.available_models().is_empty() && models.available_model_info().is_empty());
    assert!(
        models.default().is_none()
            && models.get_mid_tier_model().is_none()
            && models.get("claude-5.5-opus").is_none()
            && models.get_cheap_model().is_none()
    );
    assert_eq!(models.context_window("claude-5.5-opus"), 128_000);
    assert!(models.models_json().starts_with(r#"{"models":[],"default":"""#), "{}", models.models_json());
}

#[test]
fn without_keys_only_the_mock_is_available() {
    let models = with(LlmConfig { mock: true, ..keys("", "") }, |q| panic!("nobody is asked: {q:?}"));
    assert_eq!(models.available_models(), ["mock"]);
    assert_eq!(models.default_model_id(), "mock");
    assert!(models.models_json().contains(r#""llm_configured":false"#));
}

#[test]
fn with_an_anthropic_key_only_claude_and_the_mock_are_available() {
    let models = with(LlmConfig { mock: true, ..keys(ANTHROPIC_KEY, "") }, providers);
    assert_eq!(models.available_models(), ["claude-5.5-opus", "claude-5.5-sonnet", "claude-5.5-haiku", "mock"]);
    assert_eq!(models.default_model_id(), "claude-5.5-opus", "a real provider goes before the mock");
    assert!(models.models_json().contains(r#""llm_configured":true"#));
}

#[test]
fn an_empty_key_counts_as_unset() {
    let models = with(keys("", ""), |q| panic!("nobody is asked: {q:?}"));
    assert!(!models.has_models());
    let snapshot = models.registry().snapshot();
    assert_eq!(snapshot.known("claude-5.5-opus").unwrap().state(), State::NoCredential);
}

/// New: Phoenix assumes that every key is valid.
#[test]
fn a_refused_key_enables_no_models_and_does_not_affect_the_other_provider() {
    let models = with(keys("sk-ant-wrong-0123456789", OPENAI_KEY), providers);
    assert_eq!(models.available_models(), ["gpt-6.1-sol", "gpt-6-luna"]);
    let snapshot = models.registry().snapshot();
    let opus = snapshot.known("claude-5.5-opus").unwrap();
    assert_eq!((opus.state(), opus.http_status()), (State::BadCredential, Some(401)));
    assert!(opus.hint().contains("ANTHROPIC_API_KEY"));
}

#[test]
fn the_default_is_the_preferred_model_or_the_first_available_one() {
    let wanting =
        |id: &str| with(LlmConfig { default_model: Some(id.into()), ..keys(ANTHROPIC_KEY, OPENAI_KEY) }, providers);
    for (wanted, given) in
        [("gpt-6-luna", "gpt-6-luna"), ("kimi-k3-fireworks", "claude-5.5-opus"), ("no-such", "claude-5.5-opus")]
    {
        let models = wanting(wanted);
        assert_eq!(models.default_model_id(), given);
        assert_eq!(models.default().unwrap().model_id(), given, "the default is one that get finds");
    }
    assert_eq!(wanting("no-such").registry().snapshot().default_wanted(), Some("no-such"));
}

#[test]
fn sonnet_alone_serves_all_roles() {
    let models = ModelRegistry::new(&keys(ANTHROPIC_KEY, ""));
    assert!(!models.has_models(), "new makes no requests");
    models.refresh().unwrap();
    assert_eq!(models.available_models(), ["claude-5.5-sonnet"]);
    assert_eq!(models.default_model_id(), "claude-5.5-sonnet");
    assert_eq!(models.get_mid_tier_model().unwrap().0, "claude-5.5-sonnet");
    assert_eq!(models.get_cheap_model().unwrap().model_id(), "claude-5.5-sonnet", "no cheap one: the default");
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
    let models =
        ModelRegistry::on(&LlmConfig { mock: true, ..keys(ANTHROPIC_KEY, "") }, Canned::new(providers)).unwrap();
    let before = models.default_model_id();
    models.refresh().unwrap();
    assert_eq!((before, models.default_model_id()), ("mock", "claude-5.5-opus"));
}

/// The helper, base URLs, headers and proxies are all read from variables.
#[test]
fn the_whole_environment_is_handed_on_and_a_field_goes_before_it() {
    let environment = [
        ("ANTHROPIC_API_KEY", "sk-ant-wrong-0123456789"),
        ("LLM_CUSTOM_HEADERS", "x-team: blue"),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/proxied"),
    ];
    let environment = environment.map(|(name, value)| (name.to_string(), value.to_string())).into();
    let config = LlmConfig { anthropic_api_key: Some(ANTHROPIC_KEY.into()), environment, ..LlmConfig::default() };
    let models = with(config, |q| {
        assert!(says(q, "x-team", "blue") && q.url.starts_with("https://api.anthropic.com/proxied/"), "{q:?}");
        if says(q, "x-api-key", ANTHROPIC_KEY) {
            claude(q)
        } else {
            json(401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#)
        }
    });
    assert_eq!(models.available_models().len(), 3);
}

#[cfg(feature = "tokio")]
#[test]
fn new_with_discovery_has_asked_the_providers() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let models = runtime.block_on(ModelRegistry::new_with_discovery(&keys(ANTHROPIC_KEY, "")));
    assert_eq!(models.available_models(), ["claude-5.5-sonnet"]);
    assert_eq!(models.gateway_status, GatewayStatus::NotConfigured);
    let refused = keys("sk-ant-wrong-0123456789", "");
    let models = runtime.block_on(ModelRegistry::new_with_discovery(&refused));
    assert!(!models.has_models() && models.default().is_none());
}

#[test]
fn a_real_provider_goes_before_the_mock() {
    let models = with(LlmConfig { mock: true, ..keys("", OPENAI_KEY) }, providers);
    assert_eq!(models.available_models(), ["gpt-6.1-sol", "gpt-6-luna", "mock"]);
    assert_eq!(models.default_model_id(), "gpt-6.1-sol");
}

#[test]
fn model_info_is_complete() {
    let models = with(keys(ANTHROPIC_KEY, OPENAI_KEY), providers);
    let infos = models.available_model_info();
    assert_eq!(infos.len(), 5);
    for info in &infos {
        assert!(
            ![&info.id, &info.provider, &info.description].iter().any(|text| text.is_empty())
                && info.context_window > 0,
            "{info:?}"
        );
    }
    let opus = ModelInfo {
        id: "claude-5.5-opus".into(),
        provider: "Anthropic".into(),
        description: "Claude Opus 5.5 (most capable)".into(),
        context_window: 1_000_000,
        recommended: true,
    };
    assert_eq!(infos[0], opus);
    let json = models.models_json();
    let line = r#"{"id":"claude-5.5-opus","provider":"Anthropic","provider_id":"anthropic","description":"Claude Opus 5.5 (most capable)","context_window":1000000,"recommended":true"#;
    for member in [
        line,
        r#""default":"claude-5.5-opus""#,
        r#""gateway_status":"not_configured""#,
        r#""llm_configured":true"#,
        r#""credential_status":"not_configured""#,
    ] {
        assert!(json.contains(member), "{member}");
    }
}

#[test]
fn a_conversation_keeps_its_model_and_its_window() {
    let models = with(keys(ANTHROPIC_KEY, ""), providers);
    assert_eq!(models.context_window("claude-5.5-opus"), 1_000_000);
    assert_eq!(
        models.context_window("gpt-6.1-sol"),
        models.registry().snapshot().known("gpt-6.1-sol").unwrap().context_window().unwrap() as usize
    );
    let snapshot = models.registry().snapshot();
    assert_eq!(
        snapshot.resolve("claude-4-opus").unwrap().model.id(),
        "claude-4.5-opus",
        "a stored id leads to the model it meant"
    );
    assert!(models.get("claude-4-opus").is_none(), "which is not offered, and no other takes its place");
    assert_eq!(snapshot.resolve("gpt-5-codex").unwrap_err().status(), Status::Retired);
}

#[test]
fn the_cheap_model_stays_with_its_provider() {
    let models = with(keys(ANTHROPIC_KEY, OPENAI_KEY), providers);
    assert_eq!(models.get_cheap_model().unwrap().model_id(), "claude-5.5-haiku");
    for (parent, cheap) in [
        ("claude-5.5-opus", "claude-5.5-haiku"),
        ("claude-5.5-haiku", "claude-5.5-haiku"),
        ("gpt-6.1-sol", "gpt-6-luna"),
        ("kimi-k3-fireworks", "kimi-k3-fireworks"),
        ("no-such", "no-such"),
    ] {
        assert_eq!(models.cheap_model_id_for_provider(parent), cheap);
    }
    assert_eq!(models.get_mid_tier_model().unwrap().0, "claude-5.5-sonnet");
}

fn behind(gateway: &str) -> LlmConfig {
    LlmConfig { gateway: Some(gateway.into()), request_tags: Some("app=phoenix".into()), ..LlmConfig::default() }
}

/// Serves only inference, and only opus.
fn inference_only(request: &Request) -> Told {
    assert!(request.url.starts_with(&format!("{GATEWAY}/")), "{request:?}");
    let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()).into_owned();
    match request.url.ends_with("/anthropic/v1/messages") && body.contains(r#""claude-opus-5-5""#) {
        true if body.contains(r#""tags":{"app":"phoenix"}"#) => json(200, r#"{"type":"message","content":[]}"#),
        true => json(400, r#"{"error":{"message":"no tags"}}"#),
        false => json(404, "404 page not found"),
    }
}

/// Reversed: Phoenix's test_gateway_enables_all_models expects every model here.
#[test]
fn a_gateway_without_keys_enables_no_models_before_they_are_proved() {
    let models = ModelRegistry::on(&behind(GATEWAY), Canned::new(inference_only)).unwrap();
    assert!(!models.has_models(), "nobody was asked yet");
    models.refresh().unwrap();
    assert_eq!(models.available_models(), ["claude-5.5-opus"]);
    assert!(models.models_json().contains(r#""gateway_status":"healthy""#));
    let nothing = with(behind(GATEWAY), |_| json(404, "404 page not found"));
    assert!(!nothing.has_models());
    assert!(nothing.models_json().contains(r#""gateway_status":"healthy""#));
    let away = with(behind(GATEWAY), |_| support::failure(roster::FailureKind::Connect, "connection refused"));
    assert!(!away.has_models() && away.models_json().contains(r#""gateway_status":"unreachable""#));
}

#[test]
fn a_gateway_and_a_key_can_be_combined() {
    let config = LlmConfig { anthropic_api_key: Some(ANTHROPIC_KEY.into()), ..behind(GATEWAY) };
    let models = with(config, |q| {
        assert!(q.url.starts_with(GATEWAY) && !q.url.contains("gemini"), "{q:?}");
        if says(q, "x-api-key", ANTHROPIC_KEY) && q.url.contains("/anthropic/v1/models") {
            claude(q)
        } else {
            json(401, "{}")
        }
    });
    assert_eq!(models.available_models(), ["claude-5.5-opus", "claude-5.5-sonnet", "claude-5.5-haiku"]);
    let snapshot = models.registry().snapshot();
    let gemini = snapshot.providers().find(|provider| provider.id() == "gemini").unwrap();
    assert!(!gemini.endpoint().starts_with(GATEWAY), "whom the gateway does not serve is not sent there: {gemini:?}");
    let prepared = models.get("claude-5.5-opus").unwrap().prepare().unwrap();
    assert_eq!(prepared.url, format!("{GATEWAY}/anthropic/v1/messages"));
    assert_eq!((prepared.api_name.as_str(), prepared.protocol.as_str()), ("claude-opus-5-5", "anthropic-messages"));
    assert_eq!(prepared.body, r#"{"tags":{"app":"phoenix"}}"#);
    assert_eq!(prepared.headers.get("x-api-key"), Some(ANTHROPIC_KEY.as_bytes()));
}

/// Reversed: Phoenix offers the models of all providers as soon as a helper is configured.
#[test]
fn a_helper_enables_the_models_that_its_key_proves() {
    let config = LlmConfig { api_key_helper: Some(format!("echo {ANTHROPIC_KEY}")), ..LlmConfig::default() };
    let models =
        with(config, |q| if q.url.starts_with("https://api.anthropic.com/") { providers(q) } else { json(401, "{}") });
    assert_eq!(models.available_models(), ["claude-5.5-opus", "claude-5.5-sonnet", "claude-5.5-haiku"]);
    assert!(models.models_json().contains(r#""credential_status":"valid""#));
    let service = models.get("claude-5.5-opus").unwrap();
    assert!(service.answered(401), "Phoenix asks once more, with a new key");
    assert!(!service.answered(200));
    let failed = LlmConfig {
        api_key_helper: Some("exit 3".into()),
        anthropic_api_key: Some(ANTHROPIC_KEY.into()),
        ..LlmConfig::default()
    };
    let models = with(failed, |q| panic!("no other key takes its place: {q:?}"));
    assert!(models.models_json().contains(r#""credential_status":"failed""#) && !models.has_models());
}

/// Codex: its token comes from the file that Phoenix keeps, through the credential closure. Where it is missing, no other key is used.
#[test]
fn a_phoenix_sign_in_takes_precedence_over_keys() {
    use roster::{Credential, Key};
    use std::sync::Mutex;
    let token: Arc<Mutex<Option<&'static str>>> = Arc::default();
    let place = token.clone();
    let codex = move |provider: &str| match (provider, *place.lock().unwrap()) {
        ("openai", Some(token)) => Credential::Key(Key::new(token).header("chatgpt-account-id", "account-0123456789")),
        ("openai", None) => Credential::Absent,
        _ => Credential::LookFurther,
    };
    let accounts = |q: &Request| {
        if q.url.contains("openai") && !says(q, "chatgpt-account-id", "account-0123456789") {
            json(401, "{}")
        } else {
            providers(q)
        }
    };
    let options = keys(ANTHROPIC_KEY, OPENAI_KEY).options().credential(codex).transport(Canned::new(accounts));
    let registry = options.open().unwrap();
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().known("gpt-6.1-sol").unwrap().state(), State::NoCredential);
    assert_eq!(registry.snapshot().len(), 3, "the other provider is not touched");
    *token.lock().unwrap() = Some(OPENAI_KEY);
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().known("gpt-6.1-sol").unwrap().state(), State::Ready);
}
