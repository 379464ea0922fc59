use crate::transport::Transport;
use std::fmt;
use std::time::Duration;

/// How far up the ladder a refresh climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The key is set; contacts nobody.
    Credential = 1,
    /// The provider lists the model.
    List = 2,
    /// The provider shows that the key can use it; free of charge.
    Prove = 3,
    /// It answers one small billed request.
    Generate = 4,
}

/// One mistake in the definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it keeps the definitions out of force; a warning does not.
    pub error: bool,
    /// The file; empty when none is to blame.
    pub file: String,
    /// The line, if one is to blame.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// One directory or file that a load looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where.
    pub path: String,
    /// "shipped", "user", "given as text" and so on; or why it was not read.
    pub why: String,
    /// Whether it is a directory.
    pub directory: bool,
    /// Whether it was read.
    pub read: bool,
}

/// One verdict as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The model.
    pub model_id: String,
    /// Its provider.
    pub provider_id: String,
    /// "ready", "bad_credential" and so on.
    pub state: String,
    /// How many models have a verdict by now.
    pub decided: usize,
    /// Of how many.
    pub total: usize,
}

/// One line that a credential helper wrote; never the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperLine {
    /// The provider whose helper it is; empty for the one for all.
    pub provider_id: String,
    /// Whether it came from stderr.
    pub error: bool,
    /// What it says.
    pub text: String,
}

/// A host's own key for one provider. `Debug` shows no value.
#[derive(Clone, Default)]
pub struct Credential {
    /// The key or token.
    pub value: String,
    /// Headers that go along with it.
    pub headers: Vec<(String, String)>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credential([redacted])")
    }
}

/// What a host says when it is asked for a provider's key.
#[derive(Clone, Debug)]
pub enum CredentialAnswer {
    /// This is the key.
    Key(Credential),
    /// Not mine: look further.
    Elsewhere,
    /// Not there yet: the provider's models are `pending`.
    Pending,
    /// There is none, and nothing else is to be looked at.
    None,
}

pub(crate) type Listener<T> = Box<dyn Fn(T) + Send + Sync>;
pub(crate) type Keys = Box<dyn Fn(&str) -> CredentialAnswer + Send + Sync>;

/// What a registry is opened with. Everything has a default.
#[derive(Default)]
pub struct Options {
    pub(crate) config: Option<String>,
    pub(crate) cache_file: Option<String>,
    pub(crate) no_builtin: bool,
    pub(crate) enable_mock: bool,
    pub(crate) definitions: Vec<(String, String)>,
    pub(crate) environment: Option<Vec<(String, String)>>,
    pub(crate) protocols: Option<Vec<String>>,
    pub(crate) level: Option<Level>,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) helper_wait: Duration,
    pub(crate) transport: Option<Box<dyn Transport>>,
    pub(crate) on_finding: Option<Listener<Finding>>,
    pub(crate) on_source: Option<Listener<Source>>,
    pub(crate) on_progress: Option<Listener<Progress>>,
    pub(crate) on_published: Option<Listener<u64>>,
    pub(crate) on_helper_line: Option<Listener<HelperLine>>,
    pub(crate) credential: Option<Keys>,
}

impl Options {
    /// The defaults: the shipped definitions, those of the machine and of the user, the process's environment, libcurl.
    pub fn new() -> Options {
        Options::default()
    }

    /// A directory that replaces /etc/roster and ~/.config/roster.
    pub fn config(mut self, directory: impl Into<String>) -> Options {
        self.config = Some(directory.into());
        self
    }

    /// Reads no directory at all: only what is shipped, and definitions given as text.
    pub fn no_config(self) -> Options {
        self.config("")
    }

    /// Leaves the shipped providers, models and rules out; protocols stay.
    pub fn no_builtin(mut self) -> Options {
        self.no_builtin = true;
        self
    }

    /// Offers the model `mock`, which answers nothing real.
    pub fn mock(mut self) -> Options {
        self.enable_mock = true;
        self
    }

    /// Definitions as text, read after every directory. The ending of the name tells the language: "acme.lua", "catalog.json".
    pub fn definition(mut self, name: impl Into<String>, text: impl Into<String>) -> Options {
        self.definitions.push((name.into(), text.into()));
        self
    }

    /// These variables and no others, instead of the process's.
    pub fn environment<N: Into<String>, V: Into<String>>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Options {
        self.environment = Some(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// The wire protocols that the host speaks: models of others are disabled, and not asked for.
    pub fn protocols<P: Into<String>>(mut self, names: impl IntoIterator<Item = P>) -> Options {
        self.protocols = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// How far up the ladder; what the definitions say when not called.
    pub fn level(mut self, level: Level) -> Options {
        self.level = Some(level);
        self
    }

    /// Bounds all that is asked of one endpoint.
    pub fn timeout(mut self, most: Duration) -> Options {
        self.timeout = most;
        self
    }

    /// Bounds one whole refresh.
    pub fn deadline(mut self, most: Duration) -> Options {
        self.deadline = most;
        self
    }

    /// How long a refresh waits for credential helpers; not at all when not called.
    pub fn helper_wait(mut self, most: Duration) -> Options {
        self.helper_wait = most;
        self
    }

    /// The host's own HTTP instead of libcurl.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Options {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Keeps the last good answer in this file for the next start.
    pub fn cache_file(mut self, file: impl Into<String>) -> Options {
        self.cache_file = Some(file.into());
        self
    }

    /// Hears of each mistake in the definitions. This and all that follow are called on threads of roster's own, and must not call the
    /// registry.
    pub fn on_finding(mut self, f: impl Fn(Finding) + Send + Sync + 'static) -> Options {
        self.on_finding = Some(Box::new(f));
        self
    }

    /// Hears of each place that a load looks at.
    pub fn on_source(mut self, f: impl Fn(Source) + Send + Sync + 'static) -> Options {
        self.on_source = Some(Box::new(f));
        self
    }

    /// Hears of each verdict as it comes in.
    pub fn on_progress(mut self, f: impl Fn(Progress) + Send + Sync + 'static) -> Options {
        self.on_progress = Some(Box::new(f));
        self
    }

    /// Hears that a new snapshot is in force, and its generation.
    pub fn on_published(mut self, f: impl Fn(u64) + Send + Sync + 'static) -> Options {
        self.on_published = Some(Box::new(f));
        self
    }

    /// Hears each line that credential helpers write, a sign-in address perhaps.
    pub fn on_helper_line(mut self, f: impl Fn(HelperLine) + Send + Sync + 'static) -> Options {
        self.on_helper_line = Some(Box::new(f));
        self
    }

    /// The host's own keys, asked for by provider before every other source; perhaps from several threads at once.
    pub fn credential(mut self, f: impl Fn(&str) -> CredentialAnswer + Send + Sync + 'static) -> Options {
        self.credential = Some(Box::new(f));
        self
    }
}

/// No value of a variable is shown: it may be a key.
impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |list: &[(String, String)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        out.debug_struct("Options")
            .field("config", &self.config)
            .field("no_builtin", &self.no_builtin)
            .field("definitions", &names(&self.definitions))
            .field("environment", &self.environment.as_deref().map(names))
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
