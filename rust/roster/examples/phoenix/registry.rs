//! Phoenix's ModelRegistry built on roster. Streaming, retries and the wire protocols remain in Phoenix.
use roster::{Error, Headers, Model, Options, Registry, Snapshot, Transport};
use std::sync::Arc;
use std::time::Duration;

/// What Phoenix reads from its environment. Empty counts as unset.
#[derive(Clone, Default)]
pub struct LlmConfig {
    pub anthropic_api_key: Option<String>,
    pub openai_api_key: Option<String>,
    pub fireworks_api_key: Option<String>,
    pub gateway: Option<String>,
    pub default_model: Option<String>,
    pub api_key_helper: Option<String>,
    pub request_tags: Option<String>,
    pub mock: bool,
}

impl LlmConfig {
    fn variables(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("ANTHROPIC_API_KEY", &self.anthropic_api_key),
            ("OPENAI_API_KEY", &self.openai_api_key),
            ("FIREWORKS_API_KEY", &self.fireworks_api_key),
            ("LLM_GATEWAY", &self.gateway),
            ("DEFAULT_MODEL", &self.default_model),
            ("LLM_API_KEY_HELPER", &self.api_key_helper),
            ("LLM_REQUEST_TAGS", &self.request_tags),
        ];
        let mut set: Vec<_> = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        set.push(("PATH", std::env::var("PATH").unwrap_or_default())); // the helper gets only these variables
        set
    }

    /// The shipped definitions and Phoenix's own file; no other file of the machine.
    pub fn options(&self) -> Options {
        let options = Options::new()
            .no_config() // a server omits this, so that /etc/roster is read
            .environment(self.variables())
            .definition("phoenix.lua", include_str!("phoenix.lua"))
            .host_protocols(["anthropic-messages", "openai-chat", "openai-responses", "mock"])
            .helper_wait(Duration::from_secs(10));
        if self.mock {
            options.enable_mock()
        } else {
            options
        }
    }
}

/// One line of /api/models.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    pub id: String,
    pub provider: String,
    pub description: String,
    pub context_window: usize,
    pub recommended: bool,
}

pub struct ModelRegistry {
    registry: Registry,
}

/// The context window that Phoenix assumes for a model without one.
const USUAL_WINDOW: usize = 128_000;

impl ModelRegistry {
    /// Reads the definitions and makes no requests.
    pub fn new(config: &LlmConfig, transport: impl Transport + 'static) -> Result<Self, Error> {
        Ok(ModelRegistry { registry: config.options().transport(transport).open()? })
    }

    /// For tests: nothing is defined, no requests are made.
    pub fn new_empty() -> Result<Self, Error> {
        let none: [(&str, &str); 0] = [];
        Ok(ModelRegistry { registry: Options::new().no_builtin().environment(none).open()? })
    }

    /// Validates against the providers. Blocks: use spawn_blocking in a server.
    pub fn refresh(&self) -> Result<(), Error> {
        self.registry.refresh()
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The service of a usable model: by id, alias or former id.
    pub fn get(&self, model_id: &str) -> Option<Arc<LlmService>> {
        let snapshot = self.registry.snapshot();
        let id = snapshot.find(model_id)?.id().to_string();
        Some(Arc::new(LlmService { registry: self.registry.clone(), snapshot, id }))
    }

    pub fn default_model_id(&self) -> Option<String> {
        self.registry.snapshot().default_model().map(|model| model.id().to_string())
    }

    pub fn available_models(&self) -> Vec<String> {
        self.registry.snapshot().models().map(|model| model.id().to_string()).collect()
    }

    pub fn available_model_info(&self) -> Vec<ModelInfo> {
        self.registry.snapshot().models().map(info).collect()
    }

    /// The context window of any known id. A conversation stored under a former id keeps the window that it was planned for.
    pub fn context_window(&self, model_id: &str) -> usize {
        let snapshot = self.registry.snapshot();
        let found = snapshot.known(model_id).and_then(|m| m.assumed_window(model_id).or(m.context_window()));
        found.map_or(USUAL_WINDOW, |tokens| tokens as usize)
    }

    pub fn has_models(&self) -> bool {
        !self.registry.snapshot().is_empty()
    }

    /// A cheap model, for titles and the like.
    pub fn get_cheap_model(&self) -> Option<Arc<LlmService>> {
        let snapshot = self.registry.snapshot();
        let id = snapshot.role("cheap").or(snapshot.default_model())?.id().to_string();
        self.get(&id)
    }

    /// The cheap model of a provider, named as in /api/models or by its id; never another provider's.
    pub fn cheap_model_id_for_provider(&self, provider: &str) -> Option<String> {
        let snapshot = self.registry.snapshot();
        let beside = snapshot.known_models().find(|m| [m.provider().title(), m.provider().id()].contains(&provider))?;
        snapshot.role_beside("cheap", beside).map(|model| model.id().to_string())
    }

    /// The body of GET /api/models: Phoenix's members, and why the other models are absent.
    pub fn models_json(&self) -> String {
        self.registry.snapshot().json().to_string()
    }
}

fn info(model: Model<'_>) -> ModelInfo {
    ModelInfo {
        id: model.id().to_string(),
        provider: model.provider().title().to_string(),
        description: model.description().to_string(),
        context_window: model.context_window().map_or(USUAL_WINDOW, |tokens| tokens as usize),
        recommended: model.recommended(),
    }
}

/// What a conversation holds: one model of one snapshot, which a refresh does not change.
pub struct LlmService {
    registry: Registry,
    snapshot: Snapshot,
    id: String,
}

/// What Phoenix's HTTP needs to send one request.
pub struct Prepared {
    pub url: String,
    pub api_name: String,
    pub protocol: String,
    pub headers: Headers,
    /// A JSON object to merge into the body: the tags.
    pub body: String,
}

impl LlmService {
    pub fn model_id(&self) -> &str {
        &self.id
    }

    /// Looks the key up again, so that a renewed one is used.
    pub fn prepare(&self) -> Result<Prepared, Error> {
        let service =
            self.snapshot.find(&self.id).and_then(|model| model.service()).expect("a usable model has a service");
        Ok(Prepared {
            url: service.url().to_string(),
            api_name: service.api_name().to_string(),
            protocol: service.protocol().to_string(),
            headers: self.registry.headers(&service)?,
            body: service.body().to_string(),
        })
    }

    /// Reports the status of the provider's response. Returns whether to send the request once more with new headers.
    pub fn answered(&self, http_status: u16) -> bool {
        let service = self.snapshot.find(&self.id).and_then(|model| model.service());
        service.is_some_and(|service| self.registry.report(&service, http_status).unwrap_or(false))
    }
}
