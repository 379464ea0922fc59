//! The 24 tests of Phoenix's own ModelRegistry, rewritten from what they describe, in their order. Each names Phoenix's test; docs/phoenix.md has
//! the table of those that are the same and those that are turned round.
#[path = "support/phoenix.rs"]
#[allow(dead_code)]
mod llm; // docs/phoenix.md: in Phoenix these are its own modules

use llm::registry::{LlmConfig, ModelRegistry};
use llm::testing::*;
use roster::{Credential, Key, Registry, State};

/// test_no_api_keys_only_mock
#[test]
fn without_keys_only_the_mock_is_available() {
    let models = with(&LlmConfig::default(), unasked);
    assert_eq!(models.available_models(), ["mock"]);
    assert_eq!(models.default_model_id(), "mock");
    assert!(models.get("mock").is_some() && models.default().is_some());
}

/// test_anthropic_key_only_anthropic_and_mock_models
#[test]
fn with_an_anthropic_key_only_claude_and_the_mock_are_available() {
    let available = with(&anthropic(), providers).available_models();
    assert!(available.len() > 1 && available.iter().all(|id| id.contains("claude") || id == "mock"), "{available:?}");
}

/// The tags that go to a proxy.
fn tags(text: &str) -> String {
    let config = LlmConfig {
        anthropic_base_url: Some("https://proxy.example/v1/messages".into()),
        request_tags: Some(text.into()),
        ..anthropic()
    };
    let snapshot = before(&config).registry().snapshot();
    let service = snapshot.known("claude-sonnet-4-6").unwrap().service().unwrap();
    service.body().to_string()
}

/// test_parse_request_tags_basic
#[test]
fn tags_are_pairs_with_commas_between() {
    assert_eq!(tags("foo=bar,baz=qux"), r#"{"tags":{"foo":"bar","baz":"qux"}}"#);
}

/// test_parse_request_tags_whitespace_trimmed
#[test]
fn blanks_around_tags_are_dropped() {
    assert_eq!(tags("  foo = bar ,  baz=qux  "), r#"{"tags":{"foo":"bar","baz":"qux"}}"#);
}

/// test_parse_request_tags_empty_input
#[test]
fn no_tags_add_nothing() {
    for nothing in ["", "   ", ",,,"] {
        assert_eq!(tags(nothing), "{}", "{nothing:?}");
    }
}

/// test_parse_request_tags_skips_malformed
#[test]
fn a_tag_without_a_name_is_skipped_and_one_without_a_value_is_kept() {
    assert_eq!(tags("nokey,=onlyval,foo=,bar=baz"), r#"{"tags":{"foo":"","bar":"baz"}}"#);
}

/// test_parse_request_tags_value_with_equals
#[test]
fn the_value_of_a_tag_may_contain_an_equals_sign() {
    assert_eq!(tags("query=a=b=c"), r#"{"tags":{"query":"a=b=c"}}"#);
}

fn behind(gateway: &str) -> LlmConfig {
    LlmConfig { gateway: Some(gateway.into()), request_tags: Some("app=phoenix".into()), ..LlmConfig::default() }
}

/// Serves only inference, and only one model.
fn inference_only(request: &roster::Request) -> Told {
    assert!(request.url.starts_with(&format!("{GATEWAY}/")), "{request:?}");
    let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()).into_owned();
    match request.url.ends_with("/anthropic/v1/messages") && body.contains(r#""claude-sonnet-4-6""#) {
        true if body.contains(r#""tags":{"app":"phoenix"}"#) => json(200, r#"{"type":"message","content":[]}"#),
        true => json(400, r#"{"error":{"message":"no tags"}}"#),
        false => json(404, "404 page not found"),
    }
}

/// test_gateway_enables_all_models, turned round: it expects every model here.
#[test]
fn a_gateway_without_keys_enables_no_models_before_they_are_proved() {
    let models = ModelRegistry::on(&behind(GATEWAY), Canned::new(inference_only).transport).unwrap();
    assert_eq!(models.available_models(), ["mock"], "nobody was asked yet");
    models.refresh().unwrap();
    assert_eq!(models.available_models(), ["claude-sonnet-4-6", "claude-sonnet-4-6-1m", "mock"]);
    assert!(models.models_json().contains(r#""gateway_status":"healthy""#));
    let nothing = with(&behind(GATEWAY), |_| json(404, "404 page not found"));
    assert_eq!(nothing.available_models(), ["mock"]);
    assert!(nothing.models_json().contains(r#""gateway_status":"healthy""#));
    let unreached = with(&behind(GATEWAY), away);
    assert_eq!(unreached.available_models(), ["mock"]);
    assert!(unreached.models_json().contains(r#""gateway_status":"unreachable""#));
}

/// test_gateway_with_anthropic_key: the gateway has keys of its own, so it gets the word that Phoenix sent, and not the key.
#[test]
fn a_gateway_and_a_key_can_be_combined() {
    let config = LlmConfig { anthropic_api_key: Some(ANTHROPIC_KEY.into()), ..behind(GATEWAY) };
    let models = with(&config, |q| {
        assert!(q.url.starts_with(GATEWAY), "{q:?}");
        if q.url.contains("/anthropic/") {
            claude(q, "implicit")
        } else {
            json(401, "{}")
        }
    });
    let available = models.available_models();
    assert!(available.contains(&"claude-opus-4-5".to_string()), "{available:?}");
    let prepared = prepared(&models, "claude-sonnet-4-6");
    assert_eq!(prepared.url, format!("{GATEWAY}/anthropic/v1/messages"));
    assert_eq!(
        (prepared.api_name.as_str(), prepared.body.as_str()),
        ("claude-sonnet-4-6", r#"{"tags":{"app":"phoenix"}}"#)
    );
}

/// test_default_model_selection
#[test]
fn the_default_is_the_balanced_model() {
    assert_eq!(with(&anthropic(), providers).default_model_id(), "claude-sonnet-4-6");
}

/// test_custom_default_model
#[test]
fn a_configured_default_is_the_default() {
    let config = LlmConfig { default_model: Some("claude-opus-4-5".into()), ..anthropic() };
    assert_eq!(with(&config, providers).default_model_id(), "claude-opus-4-5");
}

/// test_static_credential
#[test]
fn a_static_key_is_what_requests_carry() {
    let prepared = prepared(&with(&anthropic(), providers), "claude-sonnet-4-6");
    assert_eq!(prepared.headers.get("x-api-key"), Some(ANTHROPIC_KEY.as_bytes()));
}

/// test_credential_helper_enables_all_models, turned round: it expects every model before the helper has run.
#[test]
fn a_helper_enables_the_models_that_its_key_proves() {
    let environment = vec![("PATH".to_string(), "/usr/bin:/bin".to_string())];
    let helper = format!("echo {ANTHROPIC_KEY}");
    let config = LlmConfig { api_key_helper: Some(helper), environment, ..LlmConfig::default() };
    let models = with(&config, |q| match q.url.split('/').nth(2) {
        Some("api.anthropic.com") => claude(q, ANTHROPIC_KEY),
        _ => gpt(q, ANTHROPIC_KEY),
    });
    assert_eq!(models.available_models(), ["mock"], "nobody has signed in");
    assert_eq!(models.registry().snapshot().known("claude-sonnet-4-6").unwrap().state(), State::Pending);
    let registry: &Registry = models.registry();
    registry.run_helper("").unwrap();
    registry.wait_helper("", None).unwrap();
    models.refresh().unwrap();
    assert!(models.get("claude-sonnet-4-6").is_some() && models.get("gpt-5.5").is_some());
}

/// With the token of `codex login`, or nobody signed in. The token is for ChatGPT's backend alone.
fn chatgpt(config: LlmConfig, switched_on: &str, token: Credential) -> ModelRegistry {
    let environment = vec![("OPENAI_USE_CODEX_AUTH".to_string(), switched_on.to_string())];
    let canned = Canned::new(|q| {
        assert!(!q.headers.iter().any(|(_, value)| value.ends_with(CODEX_TOKEN.as_bytes())), "{q:?}");
        providers(q)
    });
    let models = ModelRegistry::on(&LlmConfig { environment, ..config }, canned.transport).unwrap();
    models.registry().set_credential("codex", token).unwrap();
    models.refresh().unwrap();
    assert_eq!(*canned.panicked.lock().unwrap(), None);
    models
}

const CODEX_TOKEN: &str = "codex-token-0123456789";

fn signed_in() -> Credential {
    Credential::Key(Key::new(CODEX_TOKEN).header("chatgpt-account-id", "acc-1"))
}

/// test_codex_auth_registers_openai_models_without_api_key
#[test]
fn a_chatgpt_account_enables_the_models_of_openai_without_a_key() {
    let models = chatgpt(anthropic(), "1", signed_in());
    assert!(models.get("gpt-5.5").is_some() && models.get("claude-sonnet-4-6").is_some());
    let prepared = prepared(&models, "gpt-5.5");
    assert_eq!(prepared.url, "https://chatgpt.com/backend-api/codex/responses");
    let header = |name: &str| String::from_utf8_lossy(prepared.headers.get(name).unwrap_or_default()).into_owned();
    assert_eq!(header("authorization"), format!("Bearer {CODEX_TOKEN}"));
    assert_eq!((header("chatgpt-account-id"), header("originator")), ("acc-1".into(), "phoenix-ide".into()));
    assert_eq!(header("openai-beta"), "responses=experimental");
}

/// test_codex_auth_refuses_silent_fallback_when_cred_missing
#[test]
fn without_a_chatgpt_account_no_key_is_used_in_its_place() {
    let models = chatgpt(keys("", OPENAI_KEY), "1", Credential::Absent);
    assert!(models.get("gpt-5.5").is_none());
}

/// test_codex_branch_is_gated_by_env_flag_not_just_cred_presence
#[test]
fn a_chatgpt_account_is_used_only_where_it_is_switched_on() {
    let models = chatgpt(keys("", OPENAI_KEY), "0", signed_in());
    assert_eq!(prepared(&models, "gpt-5.5").url, "https://api.openai.com/v1/responses");
}

/// test_default_model_prefers_openai_over_mock
#[test]
fn the_mock_is_the_last_default() {
    assert_eq!(chatgpt(LlmConfig::default(), "1", signed_in()).default_model_id(), "gpt-5.5");
}

/// test_default_model_falls_back_when_configured_one_unavailable
#[test]
fn a_configured_default_that_is_not_available_is_not_the_default() {
    let config = LlmConfig { default_model: Some("gpt-5.5".into()), ..anthropic() };
    let models = with(&config, providers);
    assert_ne!(models.default_model_id(), "gpt-5.5");
    assert!(models.get(models.default_model_id()).is_some());
    assert_eq!(models.registry().snapshot().default_wanted(), Some("gpt-5.5"), "a banner can say so");
}

/// test_model_info_metadata
#[test]
fn what_is_told_of_a_model_is_complete() {
    let infos = with(&anthropic(), providers).available_model_info();
    for info in &infos {
        let texts = [&info.id, &info.provider, &info.description];
        assert!(texts.iter().all(|text| !text.is_empty()) && info.context_window > 0, "{info:?}");
    }
    let opus = infos.iter().find(|info| info.id == "claude-opus-4-7").unwrap();
    assert_eq!((opus.provider.as_str(), opus.context_window), ("Anthropic", 200_000));
    assert!(opus.description.contains("Opus 4.7"), "{opus:?}");
}

/// Where the models are looked for, with this base URL.
fn asked_at(base_url: &str) -> Vec<String> {
    let config = LlmConfig { anthropic_base_url: Some(base_url.into()), ..anthropic() };
    let canned = Canned::new(|q| claude(q, ANTHROPIC_KEY));
    ModelRegistry::on(&config, canned.transport).unwrap().refresh().unwrap();
    let seen = canned.seen.lock().unwrap();
    let asked = seen.iter().filter(|q| says(q, "x-api-key", ANTHROPIC_KEY)).map(|q| q.url.split('?').next().unwrap());
    asked.filter(|url| url.ends_with("/models")).map(str::to_string).collect()
}

/// test_derive_models_url_from_messages
#[test]
fn the_listing_stands_beside_the_messages() {
    assert_eq!(
        asked_at("https://ai-gateway.us1.ddbuild.io/v1/messages"),
        ["https://ai-gateway.us1.ddbuild.io/v1/models"]
    );
}

/// test_derive_models_url_from_responses
#[test]
fn the_listing_stands_beside_the_responses() {
    let config = LlmConfig {
        openai_base_url: Some("https://ai-gateway.us1.ddbuild.io/v1/responses".into()),
        ..keys("", OPENAI_KEY)
    };
    let models = with(&config, |q| {
        assert!(q.url.starts_with("https://ai-gateway.us1.ddbuild.io/v1/models"), "{q:?}");
        gpt(q, OPENAI_KEY)
    });
    assert!(models.get("gpt-5.5").is_some());
}

/// test_derive_models_url_from_anthropic_api
#[test]
fn the_base_url_may_be_the_providers_own() {
    assert_eq!(asked_at("https://api.anthropic.com/v1/messages"), ["https://api.anthropic.com/v1/models"]);
}

/// test_derive_models_url_no_slash
#[test]
fn a_base_url_that_is_no_address_is_not_asked() {
    assert_eq!(asked_at("noslash"), [""; 0]);
}

/// test_derive_models_url_strips_query_string
#[test]
fn the_query_of_a_base_url_does_not_hide_the_listing() {
    assert_eq!(asked_at("https://host.example/v1/messages?foo=bar"), ["https://host.example/v1/models"]);
}
