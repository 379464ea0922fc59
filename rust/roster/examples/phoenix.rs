//! The surface of Phoenix's `ModelRegistry` on top of roster, with its names and its JSON. Run without arguments it shows a registry whose one
//! provider is a transport of this program: no network, no key, no file.

#![allow(dead_code)] // the tests include this file for parts of it

use roster::{Answer, HttpRequest, Options, Refused, Registry, Response, Snapshot, Transport};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What a conversation needs to talk to one model. Holds its snapshot, so that everything in it stays valid for as long as it is used.
#[derive(Clone)]
pub struct Llm {
    snapshot: Snapshot,
    pub model_id: String,
}

impl Llm {
    fn of(snapshot: &Snapshot, id: &str) -> Option<Arc<Llm>> {
        let model = snapshot.find(id)?;
        Some(Arc::new(Llm { snapshot: snapshot.clone(), model_id: model.id().to_owned() }))
    }

    /// Where to send, in which protocol, under which name.
    pub fn service(&self) -> Option<roster::Service<'_>> {
        self.snapshot.find(&self.model_id)?.service()
    }
}

/// One entry of the model picker.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    pub id: String,
    pub provider: String,
    pub description: String,
    pub context_window: usize,
    pub recommended: bool,
}

/// Phoenix's registry: built once, read by every request, refreshed behind its back.
pub struct ModelRegistry {
    pub registry: Registry,
}

impl ModelRegistry {
    /// Loads the definitions and asks the providers. An outage is no error: the reasons are in the snapshot.
    pub fn new(options: Options) -> Result<ModelRegistry, roster::Error> {
        let registry = Registry::open(options)?;
        registry.refresh()?;
        Ok(ModelRegistry { registry })
    }

    /// For tests: nothing is defined, nobody is asked.
    pub fn new_empty() -> ModelRegistry {
        let nothing = Options::new().no_builtin().no_config().environment([("UNUSED", "")]).transport(Canned::default());
        ModelRegistry::new(nothing).expect("no definitions are no mistake")
    }

    /// For tests: one model, which works.
    pub fn for_test_with_sonnet() -> ModelRegistry {
        let options = Options::new().no_builtin().no_config().definition("test.lua", SONNET).environment([("TEST_API_KEY", "sk-test")]);
        ModelRegistry::new(options.transport(Canned::listing(&["claude-sonnet-4-6"]))).expect("the definitions of the test are good")
    }

    pub fn get(&self, id: &str) -> Option<Arc<Llm>> {
        Llm::of(&self.registry.snapshot(), id)
    }

    pub fn default_model_id(&self) -> String {
        self.registry.snapshot().default_model().map(|model| model.id().to_owned()).unwrap_or_default()
    }

    pub fn available_models(&self) -> Vec<String> {
        self.registry.snapshot().models().map(|model| model.id().to_owned()).collect()
    }

    pub fn available_model_info(&self) -> Vec<ModelInfo> {
        let info = |model: roster::Model<'_>| ModelInfo {
            id: model.id().to_owned(),
            provider: model.provider().title().to_owned(),
            description: model.description().to_owned(),
            context_window: model.context_window().unwrap_or(0) as usize,
            recommended: model.recommended(),
        };
        self.registry.snapshot().models().map(info).collect()
    }

    /// Of any id that a conversation may have stored; what was assumed then, where that was another.
    pub fn context_window(&self, id: &str) -> Option<usize> {
        let snapshot = self.registry.snapshot();
        let model = snapshot.known(id)?;
        model.assumed_window(id).or(model.context_window()).map(|tokens| tokens as usize)
    }

    pub fn has_models(&self) -> bool {
        !self.registry.snapshot().is_empty()
    }

    /// For titles and summaries.
    pub fn get_cheap_model(&self) -> Option<Arc<Llm>> {
        let snapshot = self.registry.snapshot();
        let id = snapshot.role("cheap").or(snapshot.default_model())?.id().to_owned();
        Llm::of(&snapshot, &id)
    }

    /// The cheap model of the same provider as this one, so that small tasks stay with its key and its contract.
    pub fn cheap_model_id_for_provider(&self, model_id: &str) -> Option<String> {
        let snapshot = self.registry.snapshot();
        Some(snapshot.role_beside("cheap", snapshot.known(model_id)?)?.id().to_owned())
    }

    /// GET /api/models.
    pub fn api_models(&self) -> String {
        self.registry.snapshot().json().to_owned()
    }
}

const SONNET: &str = r#"
provider "anthropic" { title = "Anthropic", protocol = "anthropic-messages", base_url = "https://api.example.test",
  credential = secret "TEST_API_KEY", auth = header "x-api-key" }
model "claude-sonnet" { provider = "anthropic", api_name = "claude-sonnet-4-6", description = "Claude Sonnet", context_window = 200 * K,
  recommended = true }
role "cheap" { "claude-sonnet" }
"#;

/// A transport that answers every listing with these names, and nothing else. Its place is taken by a host's own HTTP client.
#[derive(Default)]
pub struct Canned {
    names: Vec<String>,
    waiting: VecDeque<HttpRequest>,
}

impl Canned {
    pub fn listing(names: &[&str]) -> Canned {
        Canned { names: names.iter().map(|name| name.to_string()).collect(), waiting: VecDeque::new() }
    }
}

impl Transport for Canned {
    fn start(&mut self, request: HttpRequest) -> Result<(), Refused> {
        self.waiting.push_back(request);
        Ok(())
    }

    fn next(&mut self, _timeout: Duration) -> Option<Response> {
        let request = self.waiting.pop_front()?;
        let data: Vec<String> = self.names.iter().map(|name| format!(r#"{{"id":"{name}","type":"model"}}"#)).collect();
        let body = format!(r#"{{"object":"list","data":[{}],"has_more":false}}"#, data.join(","));
        let listed = request.url.split('?').next().is_some_and(|url| url.ends_with("/models"));
        let answer = if listed {
            Answer { status: 200, body: body.into_bytes(), ..Answer::default() }
        } else {
            Answer { status: 404, ..Answer::default() }
        };
        Some(Response { id: request.id, answer: Ok(answer), elapsed: Duration::ZERO })
    }

    fn cancel_all(&mut self) {
        self.waiting.clear();
    }
}

fn main() {
    let registry = ModelRegistry::for_test_with_sonnet();
    println!("{}", registry.api_models());
}
