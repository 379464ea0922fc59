//! Credential helpers that may need a person: live state, runs, events.
mod support;
use roster::*;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use support::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// A helper that waits until the file at $GO is there, as for somebody who signs in.
fn with_helper(go: &Path, line: &str) -> Options {
    let line = format!("echo WDJB-MJHT; while [ ! -e \"$GO\" ]; do sleep 0.02; done; rm \"$GO\"; {line}");
    acme_with(acme_lists).interactive_helpers().environment([
        ("PATH", "/usr/bin:/bin"),
        ("GO", go.to_str().unwrap()),
        ("LLM_API_KEY_HELPER", line.as_str()),
    ])
}

#[test]
fn an_interactive_helper_runs_when_it_is_asked_for() {
    let go = fresh_file("go");
    let registry = with_helper(&go, &format!("echo {KEY}")).open().unwrap();
    let (to, from) = mpsc::channel();
    let subscription = registry.subscribe_helpers(move |event| to.send(event).unwrap()).unwrap();
    registry.refresh().unwrap();
    let state = registry.credential_status("acme").unwrap();
    assert_eq!((state.status, state.interactive, state.run), (CredentialStatus::Pending, true, None));
    assert_eq!((state.source.as_str(), state.since, state.exit_code), ("$LLM_API_KEY_HELPER", None, None));
    assert_eq!(registry.run_helper("").unwrap(), 1);
    assert_eq!(registry.run_helper("acme").unwrap(), 1, "it joins the run");
    let news: Vec<_> = (0..2).map(|_| from.recv_timeout(PATIENCE).unwrap().news).collect();
    assert_eq!(news, [HelperNews::Started, HelperNews::Line { error: false, text: "WDJB-MJHT".into() }]);
    assert_eq!(registry.credential_status("").unwrap().status.to_string(), "running");
    assert_eq!(registry.wait_helper("", Some(Duration::ZERO)).unwrap_err().status(), Status::Pending);
    std::fs::write(&go, "").unwrap();
    registry.wait_helper("", None).unwrap();
    let state = registry.credential_status("").unwrap();
    assert_eq!((state.status, state.exit_code, state.run), (CredentialStatus::Valid, Some(0), Some(1)));
    assert!(state.until.unwrap() > state.since.unwrap() && state.problem.is_none());
    let end = from.recv_timeout(PATIENCE).unwrap();
    assert_eq!(end.news.kind(), "valid");
    assert_eq!((end.news, end.run, end.old, end.provider_id), (HelperNews::Valid, 1, false, None));
    registry.invalidate_helper("acme").unwrap();
    let state = registry.credential_status("").unwrap();
    assert_eq!(state.status, CredentialStatus::Required);
    assert!(state.problem.unwrap().contains("dropped"));
    drop(subscription);
}

#[test]
fn a_failure_has_its_exit_code_and_old_news_are_marked() {
    let go = fresh_file("go-fails");
    let registry = with_helper(&go, "echo no session >&2; exit 3").open().unwrap();
    registry.run_helper("").unwrap();
    std::fs::write(&go, "").unwrap();
    registry.wait_helper("", None).unwrap();
    let state = registry.credential_status("").unwrap();
    assert_eq!((state.status, state.exit_code), (CredentialStatus::Failed, Some(3)));
    let (to, from) = mpsc::channel();
    let subscription = registry.subscribe_helpers(move |event| to.send(event).unwrap()).unwrap();
    drop(subscription);
    let told: Vec<_> = from.iter().collect();
    assert!(told.iter().all(|event| event.old && event.run == 1), "{told:?}");
    let problem = state.problem.unwrap();
    assert_eq!(told.last().unwrap().news, HelperNews::Failed { exit_code: Some(3), problem });
}

#[test]
fn calls_about_helpers_that_cannot_be_answered_are_errors() {
    let registry = acme_with(acme_lists).open().unwrap();
    let unknown = registry.credential_status("acne").unwrap_err();
    assert_eq!((unknown.status(), unknown.message()), (Status::Unknown, "no provider has the id 'acne'"));
    assert_eq!(registry.run_helper("acme").unwrap_err().status(), Status::Invalid);
    assert_eq!(registry.credential_status("").unwrap().status, CredentialStatus::NotConfigured);
    registry.refresh().unwrap();
    assert_eq!(registry.credential_status("acme").unwrap().status, CredentialStatus::Valid);
}

#[test]
fn a_closure_that_is_told_of_a_helper_is_refused_what_would_deadlock() {
    let registry = with_helper(&fresh_file("go-never"), "exit 1").open().unwrap();
    let (again, (to, from)) = (registry.clone(), mpsc::channel());
    let subscription = registry
        .subscribe_helpers(move |_| {
            let refused = [
                again.credential_status("").map(|_| ()),
                again.run_helper("").map(|_| ()),
                again.invalidate_helper(""),
                again.wait_helper("", None),
            ];
            to.send(refused.map(|result| result.unwrap_err().status())).unwrap();
        })
        .unwrap();
    registry.run_helper("").unwrap();
    assert_eq!(from.recv_timeout(PATIENCE).unwrap(), [Status::Invalid; 4]);
    drop(subscription);
}
