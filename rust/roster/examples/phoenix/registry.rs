//! Phoenix's ModelRegistry built on roster, with the signatures that the rest of Phoenix calls. Streaming, retries and the wire protocols remain
//! in Phoenix.
use roster::{Error, Headers, Model, Options, Registry, Snapshot, Transport};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What Phoenix configures. Empty counts as unset.
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
    pub mock: bool,
}

impl LlmConfig {
    /// The whole environment of the process; Phoenix always offers its mock.
    pub fn from_env() -> Self {
        let text = |word: std::ffi::OsString| word.into_string().ok();
        let environment = std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
        LlmConfig { environment: environment.collect(), mock: true, ..LlmConfig::default() }
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

    /// The shipped definitions and Phoenix's own file; no other file of the machine.
    pub fn options(&self) -> Options {
        let options = Options::new()
            .no_config() // a server omits this, so that /etc/roster is read
            .environment(self.variables())
            .definition("phoenix.lua", include_str!("phoenix.lua"))
            .host_protocols(["anthropic-messages", "openai-responses", "mock"])
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

#[cfg(feature = "tokio")]
type Live = roster::AsyncRegistry;
#[cfg(not(feature = "tokio"))]
type Live = Registry;

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

impl ModelRegistry {
    /// Reads the definitions and makes no requests. Definitions that cannot be read leave it empty, and are told.
    pub fn new(config: &LlmConfig) -> Self {
        Self::on(config, super::transport()).unwrap_or_else(|e| {
            eprintln!("no models: {e}"); // Phoenix: tracing::error!
            Self::new_empty()
        })
    }

    /// As `new`, then asks the providers. What cannot be proved is not offered, and a reason says why.
    #[cfg(feature = "tokio")]
    pub async fn new_with_discovery(config: &LlmConfig) -> Self {
        let mut models = Self::new(config);
        if let Err(e) = models.registry.refresh().await {
            eprintln!("no models: {e}");
        }
        models.gateway_status = GatewayStatus::of(&models.registry.snapshot());
        models
    }

    /// The same with a transport of the caller's, for tests.
    pub fn on(config: &LlmConfig, transport: impl Transport + 'static) -> Result<Self, Error> {
        Self::open(config.options().transport(transport))
    }

    fn open(options: Options) -> Result<Self, Error> {
        #[cfg(feature = "tokio")]
        let registry = options.open_async()?;
        #[cfg(not(feature = "tokio"))]
        let registry = options.open()?;
        let gateway_status = GatewayStatus::of(&registry.snapshot());
        Ok(ModelRegistry { registry, gateway_status, for_test: BTreeMap::new(), defaults: Mutex::default() })
    }

    /// For tests: nothing is defined, no requests are made.
    pub fn new_empty() -> Self {
        let none: [(&str, &str); 0] = [];
        Self::open(Options::new().no_config().no_builtin().environment(none)).expect("there is nothing to be wrong")
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

    /// The service of a usable model: by id, alias or former id.
    pub fn get(&self, model_id: &str) -> Option<Arc<dyn LlmService>> {
        if let Some(service) = self.for_test.get(model_id) {
            return Some(service.clone());
        }
        let snapshot = self.registry.snapshot();
        let id = snapshot.find(model_id)?.id().to_string();
        let registry: &Registry = &self.registry;
        Some(Arc::new(RosterService { registry: registry.clone(), snapshot, id }))
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
        let mut known = self.defaults.lock().unwrap();
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
        let found = snapshot.known(model_id).and_then(|m| m.assumed_window(model_id).or(m.context_window()));
        found.map_or(USUAL_WINDOW, |tokens| tokens as usize)
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

/// What Phoenix's HTTP needs to send one request.
pub struct Prepared {
    pub url: String,
    pub api_name: String,
    pub protocol: String,
    pub headers: Headers,
    /// A JSON object to merge into the body: the tags.
    pub body: String,
}

/// Stands for Phoenix's trait, which also has `complete` and `complete_streaming`: they begin with `prepare` and end with `answered`.
pub trait LlmService: Send + Sync {
    fn model_id(&self) -> &str;
    /// Looks the key up again, so that a renewed one is used.
    fn prepare(&self) -> Result<Prepared, Error>;
    /// Reports the status of the provider's response. Returns whether to send the request once more with new headers.
    fn answered(&self, http_status: u16) -> bool;
}

/// What a conversation holds: one model of one snapshot, which a refresh does not change.
struct RosterService {
    registry: Registry,
    snapshot: Snapshot,
    id: String,
}

impl LlmService for RosterService {
    fn model_id(&self) -> &str {
        &self.id
    }

    fn prepare(&self) -> Result<Prepared, Error> {
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

    fn answered(&self, http_status: u16) -> bool {
        let service = self.snapshot.find(&self.id).and_then(|model| model.service());
        service.is_some_and(|service| self.registry.report(&service, http_status).unwrap_or(false))
    }
}
