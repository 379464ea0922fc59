//! Phoenix's ModelRegistry built on roster, with the signatures that the rest of Phoenix calls. Streaming, retries and the wire protocols remain
//! in Phoenix.
#![allow(clippy::pedantic, dead_code)] // the first is denied in Phoenix; some of this is for tests
use super::{open, refresh, report, serve, transport, Live, LlmService, ModelInfo};
use roster::{Error, Headers, Model, Options, Registry, Snapshot, State, Transport};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What Phoenix configures. The default reads nothing of the machine, for tests. Empty counts as unset.
#[derive(Clone, Default)]
pub struct LlmConfig {
    pub anthropic_api_key: Option<String>,
    pub openai_api_key: Option<String>,
    pub gateway: Option<String>,
    pub default_model: Option<String>,
    pub api_key_helper: Option<String>,
    pub anthropic_base_url: Option<String>,
    pub openai_base_url: Option<String>,
    pub request_tags: Option<String>,
    /// All other variables: definitions may read any, and the helper gets these and no others (PATH and HOME among them).
    pub environment: Vec<(String, String)>,
    /// Reads /etc/roster and ~/.config/roster too.
    pub config_files: bool,
    /// Where the last good result is kept, so that a restart during an outage keeps its models.
    pub cache_file: Option<PathBuf>,
}

impl LlmConfig {
    /// The whole environment of the process, and the definitions of the machine.
    pub fn from_env() -> Self {
        let text = |word: std::ffi::OsString| word.into_string().ok();
        let environment = std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
        LlmConfig { environment: environment.collect(), config_files: true, ..LlmConfig::default() }
    }

    /// Each name once; a field goes before the variable.
    fn variables(&self) -> BTreeMap<String, String> {
        let fields = [
            ("ANTHROPIC_API_KEY", &self.anthropic_api_key),
            ("OPENAI_API_KEY", &self.openai_api_key),
            ("LLM_GATEWAY", &self.gateway),
            ("DEFAULT_MODEL", &self.default_model),
            ("LLM_API_KEY_HELPER", &self.api_key_helper),
            ("ANTHROPIC_BASE_URL", &self.anthropic_base_url),
            ("OPENAI_BASE_URL", &self.openai_base_url),
            ("LLM_REQUEST_TAGS", &self.request_tags),
        ];
        let mut all: BTreeMap<_, _> = self.environment.iter().cloned().collect();
        all.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_string(), value.clone()?))));
        all
    }

    /// The shipped definitions, then those of the machine, then Phoenix's own.
    pub fn options(&self) -> Options {
        let mut options = Options::new()
            .environment(self.variables())
            .definition("phoenix.lua", include_str!("phoenix.lua"))
            .ids("phoenix")
            .document("phoenix")
            .host_protocols(["anthropic-messages", "openai-responses", "mock"])
            .interactive_helpers()
            .enable_mock();
        if !self.config_files {
            options = options.no_config();
        }
        match &self.cache_file {
            Some(file) => options.cache_file(file),
            None => options,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayStatus {
    NotConfigured,
    Healthy,
    Unreachable,
}

impl GatewayStatus {
    /// Phoenix has no word for a gateway that nobody has asked yet; it shows a warning for an unreachable one only.
    fn of(snapshot: &Snapshot) -> Self {
        match snapshot.gateway_status() {
            "healthy" => GatewayStatus::Healthy,
            "unreachable" => GatewayStatus::Unreachable,
            _ => GatewayStatus::NotConfigured,
        }
    }
}

pub struct ModelRegistry {
    registry: Live,
    /// As of the start: Phoenix's callers read a field.
    pub gateway_status: GatewayStatus,
    for_test: BTreeMap<String, Arc<dyn LlmService>>,
    defaults: Mutex<BTreeSet<&'static str>>,
}

/// The context window that Phoenix assumes for a model without one.
const USUAL_WINDOW: usize = 128_000;

/// The id of a default that does not exist, as in Phoenix: its callers want a text.
const NO_DEFAULT: &str = "test-model";

/// How often the providers are asked again.
const INTERVAL: Duration = Duration::from_secs(15 * 60);

impl ModelRegistry {
    /// Reads the definitions and makes no requests. Definitions that cannot be read leave it empty, and are told.
    pub fn new(config: &LlmConfig) -> Self {
        transport().and_then(|transport| Self::on(config, transport)).unwrap_or_else(|e| {
            report(&format!("no models: {e}"));
            Self::new_empty()
        })
    }

    /// As `new`, then asks the providers, now and from now on. What cannot be proved is not offered, and a reason says why.
    pub async fn new_with_discovery(config: &LlmConfig) -> Self {
        let mut models = Self::new(config);
        let asked = refresh(&models.registry).await;
        let kept = asked.and(models.registry.refresh_every(INTERVAL)).and(models.registry.watch());
        if let Err(e) = kept {
            report(&format!("models may be missing or out of date: {e}"));
        }
        models.gateway_status = GatewayStatus::of(&models.registry.snapshot());
        models
    }

    /// As `new`, with a transport of the caller's, for tests.
    pub fn on(config: &LlmConfig, transport: impl Transport + 'static) -> Result<Self, Error> {
        Self::open(config.options().transport(transport))
    }

    fn open(options: Options) -> Result<Self, Error> {
        let registry = open(options)?;
        let gateway_status = GatewayStatus::of(&registry.snapshot());
        Ok(ModelRegistry { registry, gateway_status, for_test: BTreeMap::new(), defaults: Mutex::default() })
    }

    /// For tests: nothing is defined, no requests are made.
    pub fn new_empty() -> Self {
        let none: [(&str, &str); 0] = [];
        let options = Options::new().no_config().no_builtin().environment(none);
        Self::open(options).expect("there is nothing to be wrong")
    }

    /// For tests: one model, served by `service`.
    pub fn for_test_with_sonnet(service: Arc<dyn LlmService>) -> Self {
        let mut models = Self::new_empty();
        models.for_test.insert("claude-sonnet-4-6".to_string(), service);
        models
    }

    /// Validates against the providers on this thread; a server awaits `registry().refresh()`.
    pub fn refresh(&self) -> Result<(), Error> {
        let registry: &Registry = &self.registry;
        registry.refresh()
    }

    pub fn registry(&self) -> &Live {
        &self.registry
    }

    /// The service of a usable model: by id, alias or former id. One that is wanted and not usable is asked for at the next refresh, where
    /// only a billed request can prove it.
    pub fn get(&self, model_id: &str) -> Option<Arc<dyn LlmService>> {
        if let Some(service) = self.for_test.get(model_id) {
            return Some(service.clone());
        }
        let model = self.model(model_id);
        if model.is_none() {
            let _ = self.registry.note_used(model_id); // an error: no model has this id
        }
        model.map(serve)
    }

    /// A model that a service can send to. One that waits for somebody to sign in is not listed, but a conversation may have it: its request
    /// begins the sign-in.
    pub fn model(&self, model_id: &str) -> Option<RosterModel> {
        let snapshot = self.registry.snapshot();
        let waits = |model: &Model<'_>| model.state() == State::Pending && model.service().is_some();
        let found = snapshot.find(model_id).or_else(|| snapshot.known(model_id).filter(waits));
        let id = found?.id().to_string();
        let registry: &Registry = &self.registry;
        Some(RosterModel { registry: registry.clone(), snapshot, id })
    }

    pub fn default(&self) -> Option<Arc<dyn LlmService>> {
        self.get(self.default_model_id())
    }

    /// Its callers borrow the id, which a refresh may change: each id that was ever the default is kept, once.
    pub fn default_model_id(&self) -> &str {
        if let Some(id) = self.for_test.keys().next() {
            return id;
        }
        let snapshot = self.registry.snapshot();
        let id = snapshot.default_model().map_or(NO_DEFAULT, |model| model.id());
        let mut known = self.defaults.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = known.get(id) {
            return id;
        }
        let kept: &'static str = Box::leak(id.to_string().into_boxed_str());
        known.insert(kept);
        kept
    }

    pub fn available_models(&self) -> Vec<String> {
        let snapshot = self.registry.snapshot();
        self.for_test.keys().cloned().chain(snapshot.models().map(|model| model.id().to_string())).collect()
    }

    pub fn available_model_info(&self) -> Vec<ModelInfo> {
        self.registry.snapshot().models().map(info).collect()
    }

    /// The context window of any known id. A conversation stored under a former id keeps the window that it was planned for.
    pub fn context_window(&self, model_id: &str) -> usize {
        let snapshot = self.registry.snapshot();
        window(snapshot.known(model_id).and_then(|m| m.assumed_window(model_id).or(m.context_window())))
    }

    pub fn has_models(&self) -> bool {
        !self.for_test.is_empty() || !self.registry.snapshot().is_empty()
    }

    /// A balanced model, with its id; the default where there is none.
    pub fn get_mid_tier_model(&self) -> Option<(String, Arc<dyn LlmService>)> {
        let id = self.of_role("mid");
        self.get(&id).map(|service| (id, service))
    }

    /// A cheap model, for titles and the like; the default where there is none.
    pub fn get_cheap_model(&self) -> Option<Arc<dyn LlmService>> {
        self.get(&self.of_role("cheap"))
    }

    fn of_role(&self, role: &str) -> String {
        let snapshot = self.registry.snapshot();
        snapshot.role(role).map_or_else(|| self.default_model_id().to_string(), |model| model.id().to_string())
    }

    /// The cheap model of the parent's provider, never another provider's; the parent where there is none.
    pub fn cheap_model_id_for_provider(&self, parent_model_id: &str) -> String {
        let snapshot = self.registry.snapshot();
        let cheap = snapshot.known(parent_model_id).and_then(|parent| snapshot.role_beside("cheap", parent));
        cheap.map_or(parent_model_id, |model| model.id()).to_string()
    }

    /// The body of GET /api/models, in Phoenix's words.
    pub fn models_json(&self) -> String {
        self.registry.snapshot().json().to_string()
    }
}

fn window(tokens: Option<u64>) -> usize {
    tokens.and_then(|tokens| usize::try_from(tokens).ok()).unwrap_or(USUAL_WINDOW)
}

fn info(model: Model<'_>) -> ModelInfo {
    ModelInfo {
        id: model.id().to_string(),
        provider: model.provider().title().to_string(),
        description: model.description().to_string(),
        context_window: window(model.context_window()),
        recommended: model.recommended(),
    }
}

/// What Phoenix's HTTP needs to send one request.
pub struct Prepared {
    pub url: String,
    pub api_name: String,
    pub headers: Headers,
    /// A JSON object to merge into the body: the tags.
    pub body: String,
}

/// What a conversation holds: one model of one snapshot, which a refresh does not change.
pub struct RosterModel {
    registry: Registry,
    snapshot: Snapshot,
    id: String,
}

impl RosterModel {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub fn model(&self) -> Model<'_> {
        self.snapshot.known(&self.id).expect("it was found in this snapshot")
    }

    /// Looks the key up again, so that a renewed one is used. An interactive helper that has none is run by this.
    pub fn prepare(&self) -> Result<Prepared, Error> {
        let service = self.model().service().expect("it has one in this snapshot");
        self.registry.note_used(&self.id)?;
        Ok(Prepared {
            url: service.url().to_string(),
            api_name: service.api_name().to_string(),
            headers: self.registry.headers(&service)?,
            body: service.body().to_string(),
        })
    }

    /// Reports the status of the provider's response. Returns whether to send the request once more with new headers.
    pub fn answered(&self, http_status: u16) -> bool {
        let service = self.model().service().expect("it has one in this snapshot");
        self.registry.report(&service, http_status).unwrap_or(false)
    }
}
