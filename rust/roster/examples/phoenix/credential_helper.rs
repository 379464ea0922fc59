//! Phoenix's CredentialHelper built on roster: the states and events that its executor and its sign-in panel wait for.
#![allow(clippy::pedantic)] // which Phoenix denies
use super::Live;
use roster::{CredentialStatus as State, HelperNews};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What `GET /api/credential-helper/run` streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelperEvent {
    Line(String),
    Complete,
    Error { exit_code: Option<i32>, stderr: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialStatus {
    Idle,
    Running,
    Valid,
    Failed,
}

/// The helper of LLM_API_KEY_HELPER. It runs when a request needs its key or somebody asks for a run, and never by the clock.
#[derive(Clone)]
pub struct CredentialHelper(Live);

/// roster's word for the helper of all providers.
const COMMON: &str = "";

impl CredentialHelper {
    /// None where no helper is configured.
    pub fn of(registry: &Live) -> Option<Arc<Self>> {
        let status = registry.credential_status(COMMON).ok()?.status;
        (status != State::NotConfigured).then(|| Arc::new(CredentialHelper(registry.clone())))
    }

    /// As of now. A key that has expired makes it idle.
    pub async fn credential_status(&self) -> CredentialStatus {
        match self.0.credential_status(COMMON).map(|state| state.status) {
            Ok(State::Running) => CredentialStatus::Running,
            Ok(State::Valid) => CredentialStatus::Valid,
            Ok(State::Failed) | Err(_) => CredentialStatus::Failed,
            Ok(_) => CredentialStatus::Idle,
        }
    }

    /// Returns when the helper does not run.
    pub async fn wait_for_settlement(&self) {
        let _ = self.0.wait_helper(COMMON).await; // an error: the registry is being closed
    }

    /// Drops the key. Returns whether there was one.
    pub async fn invalidate(&self) -> bool {
        self.credential_status().await == CredentialStatus::Valid && self.0.invalidate_helper(COMMON).is_ok()
    }

    /// Runs the helper, or joins its run; the stream ends with `Complete` or `Error`, and at once where the key is valid.
    pub async fn run_and_stream(self: Arc<Self>) -> mpsc::Receiver<HelperEvent> {
        let (to, events) = mpsc::channel(256);
        tokio::spawn(async move {
            if let Err(e) = self.stream(&to).await {
                let _ = to.send(HelperEvent::Error { exit_code: None, stderr: e.to_string() }).await;
            }
        });
        events
    }

    async fn stream(&self, to: &mpsc::Sender<HelperEvent>) -> Result<(), roster::Error> {
        let mut news = self.0.helper_events()?;
        let run = self.0.run_helper(COMMON)?;
        while let Some(event) = news.recv().await {
            if event.run != run || event.provider_id.is_some() {
                continue;
            }
            let told = match event.news {
                HelperNews::Started => continue,
                HelperNews::Line { .. } if event.old => continue, // its address leads nowhere any more
                HelperNews::Line { text, .. } => HelperEvent::Line(text),
                HelperNews::Valid => HelperEvent::Complete,
                HelperNews::Failed { exit_code, problem } => HelperEvent::Error { exit_code, stderr: problem },
            };
            let last = !matches!(told, HelperEvent::Line(_));
            if to.send(told).await.is_err() || last {
                break; // the panel was closed, or the run is over
            }
        }
        Ok(())
    }
}
