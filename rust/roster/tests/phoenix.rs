//! What Phoenix's own tests hold its registry to, on roster.

#[path = "../examples/phoenix.rs"]
mod phoenix;

use phoenix::{Canned, ModelRegistry};
use roster::{Options, State};

const CLAUDE: [&str; 2] = ["claude-opus-4-5-20251101", "claude-haiku-4-5-20251001"];

fn with_keys(keys: &[(&str, &str)], listed: &[&str]) -> ModelRegistry {
    let options = Options::new().mock().no_config().environment(keys.iter().copied());
    ModelRegistry::new(options.transport(Canned::listing(listed))).unwrap()
}

#[test]
fn without_keys_only_the_mock_is_there() {
    let registry = with_keys(&[], &CLAUDE);
    assert_eq!(registry.available_models(), ["mock"]);
    assert_eq!(registry.default_model_id(), "mock");
    assert!(!registry.registry.snapshot().llm_configured());
}

#[test]
fn an_anthropic_key_gives_what_anthropic_lists() {
    let registry = with_keys(&[("ANTHROPIC_API_KEY", "sk-test")], &CLAUDE);
    let models = registry.available_models();
    assert!(models.contains(&"claude-4.5-opus".to_string()) && models.contains(&"mock".to_string()));
    assert!(models.iter().all(|id| id == "mock" || id.starts_with("claude-")), "{models:?}");
    assert!(registry.default_model_id().starts_with("claude-"));
}

#[test]
fn an_empty_key_is_no_key() {
    assert_eq!(with_keys(&[("ANTHROPIC_API_KEY", "")], &CLAUDE).available_models(), ["mock"]);
}

#[test]
fn a_wanted_default_is_taken_where_it_is_registered() {
    let wanted = |id| with_keys(&[("ANTHROPIC_API_KEY", "sk-test"), ("DEFAULT_MODEL", id)], &CLAUDE);
    assert_eq!(wanted("claude-4.5-haiku").default_model_id(), "claude-4.5-haiku");
    let absent = wanted("gpt-5.5");
    assert!(absent.get(&absent.default_model_id()).is_some());
    assert_eq!(absent.registry.snapshot().default_wanted(), Some("gpt-5.5"));
}

// Phoenix's test_gateway_enables_all_models asserts the reverse: a gateway alone registered every model.
#[test]
fn a_gateway_without_keys_enables_nothing_until_it_proves() {
    let gateway = ("LLM_GATEWAY", "http://127.0.0.1:9");
    let registry = with_keys(&[gateway], &CLAUDE);
    assert_eq!(registry.available_models(), ["mock"]);
    assert_eq!(registry.registry.snapshot().known("claude-4.5-opus").unwrap().state(), State::NoCredential);
    let keyed = with_keys(&[gateway, ("ANTHROPIC_API_KEY", "sk-test")], &CLAUDE);
    assert!(keyed.get("claude-4.5-opus").is_some());
    assert!(keyed.get("claude-5.5-opus").is_none(), "what the gateway does not list is not offered");
    let url = keyed.get("claude-4.5-opus").unwrap().service().unwrap().url().to_owned();
    assert!(url.starts_with("http://127.0.0.1:9/"), "{url}");
}

#[test]
fn model_info_is_whole() {
    let registry = with_keys(&[("ANTHROPIC_API_KEY", "sk-test")], &CLAUDE);
    for info in registry.available_model_info().iter().filter(|info| info.id != "mock") {
        assert!(!info.id.is_empty() && !info.provider.is_empty() && !info.description.is_empty() && info.context_window > 0, "{info:?}");
    }
    let opus = registry.available_model_info().into_iter().find(|info| info.id == "claude-4.5-opus").unwrap();
    assert_eq!((opus.provider.as_str(), opus.context_window), ("Anthropic", 200_000));
}

#[test]
fn stored_ids_lead_to_the_same_model() {
    let registry = with_keys(&[("ANTHROPIC_API_KEY", "sk-test")], &CLAUDE);
    assert_eq!(registry.get("claude-4-opus").unwrap().model_id, "claude-4.5-opus");
    assert_eq!(registry.context_window("claude-4-opus"), Some(200_000));
    assert!(registry.get("no-such-model").is_none() && registry.context_window("no-such-model").is_none());
}

#[test]
fn small_tasks_stay_with_the_provider() {
    let registry = with_keys(&[("ANTHROPIC_API_KEY", "sk-test")], &["claude-opus-4-5-20251101", "claude-haiku-5-5"]);
    let cheap = registry.cheap_model_id_for_provider("claude-4.5-opus");
    assert!(cheap.is_none() || cheap.as_deref().is_some_and(|id| id.contains("haiku")), "{cheap:?}");
    assert_eq!(registry.cheap_model_id_for_provider("gpt-5.5"), None, "another provider's is never taken");
    assert!(registry.get_cheap_model().is_some());
}

#[test]
fn the_registries_of_its_tests_can_be_made() {
    let empty = ModelRegistry::new_empty();
    assert!(
        !empty.has_models()
            && empty.available_models().is_empty()
            && empty.default_model_id().is_empty()
            && empty.get_cheap_model().is_none()
    );
    let sonnet = ModelRegistry::for_test_with_sonnet();
    assert!(sonnet.has_models());
    assert_eq!(sonnet.default_model_id(), "claude-sonnet");
    assert_eq!(sonnet.cheap_model_id_for_provider("claude-sonnet").as_deref(), Some("claude-sonnet"));
}

#[test]
fn api_models_has_what_phoenix_answers() {
    let json = ModelRegistry::for_test_with_sonnet().api_models();
    for part in [
        r#""id":"claude-sonnet","provider":"Anthropic","#,
        r#""description":"Claude Sonnet""#,
        r#""context_window":200000"#,
        r#""recommended":true"#,
        r#""default":"claude-sonnet""#,
        r#""gateway_status":"not_configured""#,
        r#""llm_configured":true"#,
        r#""credential_status":"not_configured""#,
    ] {
        assert!(json.contains(part), "no {part} in {json}");
    }
}
