//! For tests: the two providers, each of which lists the models of Phoenix's models.rs to its own key, and a registry that has asked them.
#![allow(clippy::pedantic, dead_code)] // the first is denied in Phoenix
use super::registry::{LlmConfig, ModelRegistry, Prepared};
use roster::{Answer, ChannelTransport, Failure, FailureKind, Request};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

pub const ANTHROPIC_KEY: &str = "sk-ant-good-0123456789";
pub const OPENAI_KEY: &str = "sk-openai-good-0123456789";
pub const GATEWAY: &str = "http://169.254.169.254/gateway/llm";

pub type Told = Result<Answer, Failure>;

pub fn says(request: &Request, name: &str, value: &str) -> bool {
    request.header(name) == Some(value.as_bytes())
}

/// Who has this key.
pub fn brings(request: &Request, key: &str) -> bool {
    says(request, "x-api-key", key) || says(request, "authorization", &format!("Bearer {key}"))
}

/// Both providers, each with its own key.
pub fn providers(request: &Request) -> Told {
    match request.url.split('/').nth(2) {
        Some("api.anthropic.com") => claude(request, ANTHROPIC_KEY),
        Some("api.openai.com") => gpt(request, OPENAI_KEY),
        _ => panic!("nobody else is asked: {request:?}"),
    }
}

/// Anthropic, wherever it stands.
pub fn claude(request: &Request, key: &str) -> Told {
    if !brings(request, key) {
        return json(401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#);
    }
    listing(request, &["opus-4-7", "opus-4-6", "sonnet-4-6", "haiku-4-5-20251001", "opus-4-5-20251101"], "claude-")
        .unwrap_or_else(|| {
            json(404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: that one"}}"#)
        })
}

/// OpenAI, wherever it stands.
pub fn gpt(request: &Request, key: &str) -> Told {
    if !brings(request, key) {
        return json(401, r#"{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}"#);
    }
    listing(request, &["5.5", "5.4", "5.4-mini", "5.3-codex"], "gpt-")
        .unwrap_or_else(|| json(404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#))
}

/// The answer, where the request is for the listing.
fn listing(request: &Request, names: &[&str], family: &str) -> Option<Told> {
    let path = request.url.split('?').next().unwrap_or_default();
    let entries: Vec<_> = names.iter().map(|name| format!(r#"{{"id":"{family}{name}"}}"#)).collect();
    path.ends_with("/models").then(|| json(200, format!(r#"{{"data":[{}],"has_more":false}}"#, entries.join(","))))
}

/// Answers from a table. roster goes on after a panic in it; a test must not, so it is noted.
pub struct Canned {
    pub seen: Arc<Mutex<Vec<Request>>>,
    pub transport: ChannelTransport,
    pub panicked: Arc<Mutex<Option<String>>>,
}

impl Canned {
    pub fn new(table: impl Fn(&Request) -> Told + Send + 'static) -> Self {
        let (seen, panicked) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::<Mutex<Option<String>>>::default());
        let (noted, broken) = (seen.clone(), panicked.clone());
        let transport = ChannelTransport::new(move |request, reply| {
            noted.lock().unwrap().push(request.clone());
            match catch_unwind(AssertUnwindSafe(|| table(&request))) {
                Ok(Ok(answer)) => reply.answer(answer),
                Ok(Err(failure)) => reply.fail(failure.kind, failure.message),
                Err(_) => *broken.lock().unwrap() = Some(format!("the table panicked over {request:?}: see above")),
            }
        });
        Canned { seen, transport, panicked }
    }
}

/// The registry after one refresh.
pub fn with(config: &LlmConfig, table: impl Fn(&Request) -> Told + Send + 'static) -> ModelRegistry {
    let canned = Canned::new(table);
    let models = ModelRegistry::on(config, canned.transport).unwrap();
    models.refresh().unwrap();
    let panicked = canned.panicked.lock().unwrap().take();
    assert_eq!(panicked, None);
    models
}

/// The registry before any.
pub fn before(config: &LlmConfig) -> ModelRegistry {
    ModelRegistry::on(config, Canned::new(unasked).transport).unwrap()
}

/// Where nobody may be asked.
pub fn unasked(request: &Request) -> Told {
    panic!("nobody is asked: {request:?}")
}

pub fn json(status: u16, body: impl Into<String>) -> Told {
    let headers = vec![("content-type".to_string(), b"application/json".to_vec())];
    Ok(Answer { status, headers, body: body.into().into_bytes() })
}

pub fn away(_: &Request) -> Told {
    Err(Failure { kind: FailureKind::Connect, message: "connection refused".to_string() })
}

/// How a usable model is reached.
pub fn prepared(models: &ModelRegistry, id: &str) -> Prepared {
    models.model(id).unwrap_or_else(|| panic!("{id} is not usable")).prepare().unwrap()
}

pub fn keys(anthropic: &str, openai: &str) -> LlmConfig {
    LlmConfig { anthropic_api_key: Some(anthropic.into()), openai_api_key: Some(openai.into()), ..LlmConfig::default() }
}

pub fn anthropic() -> LlmConfig {
    keys(ANTHROPIC_KEY, "")
}
