//! Opening, refreshing and reading, from many threads; callbacks and their rules.
mod support;
use roster::*;
use std::collections::HashSet;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Mutex};
use std::time::Duration;
use support::*;

const fn shared<T: Send + Sync>() {}
const fn cloned<T: Clone>() {}
const _: () = {
    shared::<Registry>();
    shared::<Snapshot>();
    cloned::<Snapshot>();
    shared::<Model<'static>>();
    shared::<Provider<'static>>();
    shared::<Service<'static>>();
    shared::<Headers>();
    shared::<Subscription>();
    shared::<Error>();
};

#[test]
fn a_model_is_picked_by_need_and_the_others_are_counted() {
    let more = r#"model "tooled" { provider = "acme", tool_call = true, context_window = 3 * M, price = { input = 2 }, family = "line" }
        model "cheap" { provider = "acme", tool_call = true, context_window = 3 * M, price = { input = 1 } }
        model "plain" { provider = "acme" }"#;
    let registry = acme_with(acme_lists).definition("more.lua", more).open().unwrap();
    let snapshot = registry.snapshot();
    let needs = Needs { tools: true, context_tokens: 3_000_000, unasked: true, ..Needs::default() };
    assert_eq!(snapshot.pick(&needs).unwrap().id(), "cheap");
    let ranking = snapshot.rank(&needs).unwrap();
    assert_eq!(ranking.models.iter().map(Model::id).collect::<Vec<_>>(), ["cheap", "tooled"]);
    let fallen: usize = ranking.fell_out.iter().map(|(_, count)| count).sum();
    assert_eq!(fallen + ranking.models.len(), ranking.candidates);
    assert!(ranking.fell_out.iter().any(|(need, _)| *need == "tools"));
    assert_eq!(
        snapshot.pick(&Needs { family: Some("line"), provider_id: Some("acme"), ..needs }).unwrap().id(),
        "tooled"
    );

    let none = Needs { max_price: Some(0.5), ..needs };
    let error = snapshot.pick(&none).unwrap_err();
    assert_eq!((error.status(), error.message().contains("2 fail max_price")), (Status::None, true), "{error}");
    assert!(snapshot.rank(&none).unwrap().models.is_empty());
    assert!(snapshot.pick_json(&none, true).starts_with(r#"{"models":[],"candidates":"#));
    assert_eq!(snapshot.pick(&Needs { proved: &["tols"], ..needs }).unwrap_err().status(), Status::Invalid);
    assert_eq!(snapshot.pick(&Needs { proved: &["chat"], maybe: true, ..needs }).unwrap().id(), "cheap");
    assert_eq!(snapshot.pick(&Needs { family: Some("a\0b"), ..needs }).unwrap_err().status(), Status::Invalid);
    assert_eq!(
        snapshot.pick(&Needs { context_tokens: 1, ..Needs::default() }).unwrap_err().status(),
        Status::None,
        "nobody was asked yet"
    );
}

#[test]
fn a_model_that_retires_is_told_with_who_uses_it() {
    let ends = r#"model "ends" { provider = "acme", retires = "2999-12-31", replacement = "later" }
        model "later" { provider = "acme", retires = "2999-12-31" } role "r" { "ends" }"#;
    let registry = acme_with(acme_lists).definition("ends.lua", ends).open().unwrap();
    let snapshot = registry.snapshot();
    let all: Vec<_> = snapshot.retirements().collect();
    assert_eq!(all.iter().map(|one| one.model.id()).collect::<Vec<_>>(), ["ends", "later"]);
    assert_eq!(
        (all[0].day, all[0].replacement, all[0].used_by.as_slice()),
        ("2999-12-31", Some("later"), ["role r"].as_slice())
    );
    assert!(all[0].days > 300_000 && all[1].used_by.is_empty());
    assert!(snapshot.retirements_json(None).contains(r#""used_by":["role r"]"#));
    assert!(snapshot.retirements_json(Some(9)).contains(r#""retirements":[]"#));
}

#[test]
fn a_source_is_off_until_the_host_turns_it_on_and_one_that_fails_is_no_error() {
    let home = fresh_file("home");
    let alone = || Options::new().config("").environment([("HOME", home.to_str().unwrap())]);
    let off = alone().open().unwrap();
    assert!(off.snapshot().sources().count() >= 2);
    assert!(off.snapshot().sources().all(|source| !source.on));
    assert!(off.update_sources(&[], false).unwrap().is_empty());
    assert_eq!(off.update_sources(&["models.dev"], false).unwrap_err().status(), Status::Unknown);

    let block = r#"source "here" { url = "http://127.0.0.1:9/facts.json", timeout = 5 }"#;
    let on = alone().definition("s.lua", block).open().unwrap();
    let looks = on.update_sources(&["here"], false).unwrap();
    assert_eq!((looks.len(), looks[0].id.as_str(), looks[0].updated, looks[0].rows), (1, "here", false, 0));
    assert!(looks[0].problem.is_some());
    on.refresh().unwrap();
    let snapshot = on.snapshot();
    let here = snapshot.sources().find(|source| source.id == "here").unwrap();
    assert!(here.on && !here.signed && here.age.is_none() && here.problem.is_some());
}

#[test]
fn a_price_has_tiers_and_changes_and_a_cost_is_computed_by_them() {
    let priced = r#"model "dear" { provider = "acme", price = { input = 2, output = 10, batch_input = 1,
        above = { [1000] = { input = 4 } }, from = { ["2999-12-01"] = { input = 3, above = none } } } }"#;
    let registry = acme_with(acme_lists).definition("dear.lua", priced).open().unwrap();
    let snapshot = registry.snapshot();
    let dear = snapshot.known("dear").unwrap();
    let below = Prices { input: Some(2.0), output: Some(10.0), batch_input: Some(1.0), ..Prices::default() };
    assert_eq!((dear.prices(), snapshot.day().len()), (below, 10));
    let tiers: Vec<_> = dear.price_tiers().iter().map(|tier| (tier.above, tier.prices)).collect();
    assert_eq!(tiers, [(1000, Prices { input: Some(4.0), ..below })]);
    let changes = dear.price_changes();
    assert_eq!((changes.len(), changes[0].from, changes[0].tiers.len()), (1, "2999-12-01", 0));
    assert_eq!(changes[0].prices, Prices { input: Some(3.0), ..below });

    let cost = dear.cost(&Usage { input: 1_000_000, output: 100_000, ..Usage::default() }, Some("2999-11-30")).unwrap();
    assert_eq!((cost.usd, cost.input_usd, cost.output_usd), (Some(5.0), Some(4.0), Some(1.0)));
    assert_eq!((cost.tier, cost.on.as_str()), (Some(1000), "2999-11-30"));
    let unknown = dear.cost(&Usage { input: 2, cache_read: 1, ..Usage::default() }, None).unwrap();
    assert_eq!((unknown.usd, unknown.cache_read_usd, unknown.output_usd, unknown.tier), (None, None, Some(0.0), None));
    let wrong = dear.cost(&Usage { cache_read: 1, ..Usage::default() }, None).unwrap_err();
    assert_eq!(wrong.status(), Status::Invalid);
    assert_eq!(dear.cost(&Usage::default(), Some("soon")).unwrap_err().message(), "'soon' is not a day");
}

#[test]
fn before_the_first_refresh_no_model_is_usable_and_no_request_is_sent() {
    let canned = Canned::new(acme_lists);
    let seen = canned.seen();
    let registry = acme().transport(canned).open().unwrap();
    let snapshot = registry.snapshot();
    assert_eq!((snapshot.generation(), snapshot.len(), snapshot.is_empty()), (0, 0, true));
    assert_eq!(snapshot.known("alpha").unwrap().state(), State::Unproven);
    assert!(snapshot.default_model().is_none() && snapshot.empty_reason().is_some() && snapshot.empty_hint().is_some());
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn a_refresh_provides_all_fields_of_a_model() {
    let registry = acme_with(acme_lists).open().unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    let ids: Vec<_> = snapshot.models().map(|m| m.id()).collect();
    assert_eq!((snapshot.generation(), ids), (1, vec!["alpha", "beta"]));
    let alpha = snapshot.find("alpha-0").unwrap();
    assert_eq!(
        (alpha.id(), alpha.api_name(), alpha.protocol(), alpha.state()),
        ("alpha", "alpha-1", "openai-chat", State::Ready)
    );
    assert_eq!(
        (alpha.context_window(), alpha.max_input_tokens(), alpha.max_output_tokens()),
        (Some(200_000), None, None)
    );
    assert_eq!((alpha.assumed_window("alpha-0"), alpha.assumed_window("alpha")), (Some(100_000), None));
    assert_eq!(alpha.prices(), Prices { input: Some(4.0), output: Some(20.0), ..Prices::default() });
    assert_eq!(
        (alpha.input_modalities().unwrap().collect::<Vec<_>>(), alpha.formerly().collect::<Vec<_>>()),
        (vec!["text", "image"], vec!["alpha-0"])
    );
    assert_eq!(
        (alpha.tool_call(), alpha.temperature(), alpha.reasoning(), alpha.output_modalities().is_some()),
        (Some(true), Some(false), None, false)
    );
    assert_eq!(alpha.reasoning_budget(), Some(roster::Range { min: None, max: Some(9) }));
    assert_eq!(
        (snapshot.find("beta").unwrap().reasoning_budget(), alpha.interleaved(), alpha.interleaved_field()),
        (None, None, "")
    );
    let acme = alpha.provider();
    assert!(alpha.tags().eq(["own"]) && acme.tags().eq(["eu"]) && acme.extra() == r#"{"team":7}"#);
    assert!(alpha.knows("input_modalities") && !alpha.knows("output_modalities") && !alpha.knows("smell"));
    assert!(alpha.fields().contains(&("output_modalities", roster::Value::List(None))));
    assert_eq!((alpha.extra(), snapshot.find("beta").unwrap().extra()), (r#"{"tool_search":true}"#, "{}"));
    assert_eq!(alpha.headers().collect::<Vec<_>>(), [("x-team", &b"blue"[..])]);
    assert_eq!((alpha.url(), alpha.source()), ("https://api.example.test/v1/chat/completions", "$ACME_API_KEY"));
    assert_eq!(
        (alpha.stage(), alpha.http_status(), alpha.latency()),
        ("list", Some(200), Some(Duration::from_millis(7)))
    );
    assert!(alpha.usable() && alpha.configured() && !alpha.stale() && !alpha.checked_at().is_empty());
    let asked: Vec<_> = alpha.requests().collect();
    assert_eq!((asked.len(), asked[0].url, asked[0].http_status), (1, "https://api.example.test/v1/models", Some(200)));
    let acme = alpha.provider();
    assert_eq!((acme.id(), acme.title(), acme.endpoint()), ("acme", "Acme", "https://api.example.test"));
    assert_eq!(
        (acme.credential_source(), acme.credential_set(), acme.defined(), acme.ready()),
        ("$ACME_API_KEY", true, 2, 2)
    );
    assert!(acme.defined_at().starts_with("acme.lua:") && acme.key_prefixes().eq(["ak-"]), "{}", acme.defined_at());
    assert_eq!(snapshot.providers().map(|p| p.id()).collect::<Vec<_>>(), ["acme"]);
    assert_eq!(snapshot.default_model().unwrap().id(), "alpha");
    assert_eq!(snapshot.role("cheap").unwrap().id(), "beta");
    assert_eq!(snapshot.require_role("cheap").unwrap().id(), "beta");
    assert_eq!(snapshot.require_role("cheep").unwrap_err().status(), Status::Unknown);
    assert!(snapshot.roles().any(|name| name == "cheap"));
    assert_eq!(snapshot.role_beside("cheap", alpha).unwrap().id(), "beta");
    assert!(snapshot.role("nothing").is_none() && snapshot.llm_configured() && snapshot.default_wanted().is_none());
    assert_eq!((snapshot.gateway_status(), snapshot.credential_status()), ("not_configured", "not_configured"));
}

#[test]
fn documents_equal_those_of_the_c_library() {
    let registry = acme_with(acme_lists).open().unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    assert!(snapshot.json().starts_with(r#"{"models":[{"id":"alpha","provider":"Acme""#), "{}", snapshot.json());
    assert!(snapshot.providers_json().contains(r#""id":"acme""#));
    assert!(
        snapshot.explain_json("beta").contains(r#""defined_at":"acme.lua:11""#),
        "{}",
        snapshot.explain_json("beta")
    );
    assert!(snapshot.resolve_json("alpha-0").contains(r#""via":"formerly""#));
    for document in [snapshot.explain_json("gamma"), snapshot.resolve_json("a\0b")] {
        assert!(document.starts_with(r#"{"error":{"code":"unknown""#), "{document}");
    }
    let command = registry.request("alpha").unwrap();
    assert!(command.starts_with("curl ") && command.contains("$ACME_API_KEY") && !command.contains(KEY), "{command}");
    assert_eq!(snapshot.request("alpha").unwrap_err().status(), Status::Invalid);
    let keeping = acme().keep_requests().open().unwrap();
    assert_eq!(keeping.snapshot().request("alpha").unwrap(), command);
    assert_eq!(keeping.request("alpha").unwrap(), command);
    let document = keeping.snapshot().request_json("alpha");
    assert!(document.starts_with("{\"id\":\"alpha\"") && document.contains("\"sdk_base_url\":"), "{document}");
    assert_eq!(acme().no_document().open().unwrap().snapshot().json(), "");
    let shown = format!("{:?}", acme());
    assert!(shown.contains("ACME_API_KEY") && !shown.contains(KEY), "{shown}");
    assert!(meta().len() > 4096 && meta().contains("---@meta"));
    assert!(json_schema().contains("draft-07"));
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_document_of_a_host_is_in_its_words_and_an_unknown_one_is_refused() {
    let registry = acme_with(acme_lists).document("phoenix").open().unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    assert!(snapshot.json().contains(r#""credential_status":"valid""#), "{}", snapshot.json());
    assert!(!snapshot.json().contains("unavailable"), "{}", snapshot.json());
    let error = acme().document("pheonix").open().err().unwrap();
    assert_eq!(error.status(), Status::Invalid);
    assert!(error.to_string().contains("did you mean 'phoenix'?"), "{error}");
}

const TILL: &str = r#"
provider "till" {
  title = "Till", protocol = "openai-chat", base_url = "https://till.example.test", credential = secret "TILL_KEY",
  prove = {}, unproven = "generate",
}
model "gamma" { provider = "till" }
model "delta" { provider = "till", aliases = { "d" } }
model "epsilon" { provider = "till" }
"#;

#[test]
fn a_billed_proof_is_asked_for_what_is_in_use_or_named_and_is_counted() {
    let canned = Canned::new(|request| match request.method.as_str() {
        "POST" => json(200, r#"{"object":"chat.completion","choices":[{"index":0}]}"#),
        _ => json(404, r#"{"error":{"message":"no such path"}}"#),
    });
    let options = Options::new().no_config().no_builtin().definition("till.lua", TILL).environment([("TILL_KEY", KEY)]);
    let registry = options.transport(canned).open().unwrap();
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().known("gamma").unwrap().reason_code(), Reason::NotBilled);
    registry.note_used("d").unwrap();
    registry.refresh().unwrap();
    registry.refresh_named(&["gamma"]).unwrap();
    let snapshot = registry.snapshot();
    assert!(snapshot.find("delta").is_some() && snapshot.find("gamma").is_some() && snapshot.find("epsilon").is_none());
    assert_eq!((snapshot.billed().today, snapshot.billed().per_day), (2, 50));
    assert!(snapshot.billed().since.ends_with("T00:00:00Z"));
    assert_eq!(registry.note_used("zeta").err().unwrap().status(), Status::Unknown);
}

#[test]
fn ids_are_given_out_in_the_spelling_of_the_host() {
    let text = r#"ids "mine" { a = "alpha", ["a-small"] = { model = "alpha", context_window = 50 * K } }"#;
    let open = |name| acme_with(acme_lists).definition("ids.lua", text).ids(name).open();
    let registry = open("mine").unwrap();
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    let lines: Vec<_> = snapshot.models().map(|m| (m.id(), m.canonical_id(), m.context_window())).collect();
    assert_eq!(
        lines,
        [("a", "alpha", Some(200_000)), ("a-small", "alpha", Some(50_000)), ("beta", "beta", Some(100_000))]
    );
    assert_eq!(snapshot.default_model().unwrap().id(), "a");
    assert_eq!(snapshot.find("alpha").unwrap().id(), "a");
    let renames: Vec<_> = snapshot.renames().map(|r| (r.from, r.to)).collect();
    assert_eq!(renames, [("alpha-0", "a"), ("alpha", "a")]);
    let error = open("mien").err().unwrap();
    assert_eq!(error.status(), Status::Invalid);
    assert!(error.message().contains("did you mean 'mine'?"), "{error:?}");
}

#[test]
fn ids_resolve_or_return_a_specific_error() {
    let registry = acme_with(acme_lists).open().unwrap();
    let snapshot = registry.snapshot();
    let resolve = |id| snapshot.resolve(id).map(|found| (found.model.id(), found.via));
    assert_eq!(resolve("alpha").unwrap(), ("alpha", Via::Exact));
    assert_eq!(resolve("b").unwrap(), ("beta", Via::Alias));
    assert_eq!(resolve("alpha-0").unwrap(), ("alpha", Via::Formerly));
    let error = resolve("alpa").unwrap_err();
    assert_eq!((error.status(), error.candidates().next()), (Status::Unknown, Some("alpha")));
    assert!(error.json().contains(r#""code":"unknown""#));
    assert_eq!(resolve("a\0b").unwrap_err().status(), Status::Unknown);
    let renames: Vec<_> = snapshot.renames().collect();
    let [rename] = renames[..] else { panic!("{renames:?}") };
    assert_eq!(
        (rename.from, rename.to, rename.context_window, rename.assumed_window),
        ("alpha-0", "alpha", Some(200_000), Some(100_000))
    );
    assert!(rename.defined_at.starts_with("acme.lua:"), "{rename:?}");
    let error = snapshot.require("b").unwrap_err();
    assert_eq!((error.status(), error.candidates().next()), (Status::NotReady, Some("beta")));
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().require("b").unwrap().id(), "beta");
    let shipped = Registry::open(alone()).unwrap();
    let error = shipped.snapshot().resolve("gpt-5-codex").unwrap_err();
    assert_eq!(error.status(), Status::Retired);
    assert!(error.message().contains("gpt-6.2-sol") && error.hint().is_some(), "{error:?}");
}

#[test]
fn changes_since_lists_the_differences_between_snapshots() {
    let good = Arc::new(AtomicBool::new(true));
    let now = good.clone();
    let registry = acme_with(move |q| if now.load(Ordering::SeqCst) { acme_lists(q) } else { json(401, WRONG_KEY) })
        .open()
        .unwrap();
    registry.refresh().unwrap();
    let first = registry.snapshot();
    good.store(false, Ordering::SeqCst);
    registry.refresh().unwrap();
    let second = registry.snapshot();
    let told = second.changes_since(Some(&first));
    let short: Vec<_> = told.iter().map(|c| (c.kind, c.id.as_str())).collect();
    assert_eq!(
        short,
        [(ChangeKind::Removed, "alpha"), (ChangeKind::Removed, "beta"), (ChangeKind::DefaultChanged, "")]
    );
    assert_eq!(told[0].before.unwrap().state(), State::Ready);
    assert_eq!(told[0].after.unwrap().state(), State::BadCredential);
    assert_eq!(first.changes_since(None).len(), 3);
    assert!(second.changes_since(Some(&second)).is_empty());
    assert!(second.changes_json_since(Some(&first)).contains(r#""removed":[{"id":"alpha""#));
}

#[test]
fn eight_threads_read_during_refreshes() {
    let good = AtomicUsize::new(0);
    let table = move |q: &Request| {
        if good.fetch_add(1, Ordering::Relaxed) % 2 == 0 {
            acme_lists(q)
        } else {
            json(401, WRONG_KEY)
        }
    };
    let registry = acme_with(table).open().unwrap();
    let done = AtomicBool::new(false);
    let seen: HashSet<usize> = std::thread::scope(|scope| {
        let reader = || {
            let (mut sizes, mut last) = (HashSet::new(), 0);
            while !done.load(Ordering::Acquire) {
                let snapshot = registry.snapshot();
                assert!(snapshot.generation() >= last, "generations never go back");
                last = snapshot.generation();
                let ids: Vec<_> = snapshot.models().map(|m| m.id()).collect();
                assert_eq!(ids.len(), snapshot.len());
                assert_eq!(snapshot.default_model().map(|m| m.id()), ids.first().copied(), "an answer is whole");
                assert_eq!(snapshot.json().matches(r#""state":"ready""#).count(), ids.len());
                sizes.insert(ids.len());
            }
            sizes
        };
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(reader)).collect();
        for _ in 0..100 {
            registry.refresh().unwrap();
        }
        done.store(true, Ordering::Release);
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    assert_eq!(registry.snapshot().generation(), 100);
    assert_eq!(seen, HashSet::from([0, 2]));
}

#[test]
fn a_snapshot_outlives_its_registry() {
    let registry = acme_with(acme_lists).open().unwrap();
    registry.refresh().unwrap();
    let kept = registry.snapshot();
    let twin = kept.clone();
    drop((registry, kept));
    let told = std::thread::spawn(move || format!("{} {}", twin.find("alpha").unwrap().url(), twin.json().len() > 100))
        .join()
        .unwrap();
    assert_eq!(told, "https://api.example.test/v1/chat/completions true");
}

#[test]
fn a_new_snapshot_is_announced_by_callback_and_by_descriptor() {
    let (to, from) = mpsc::channel();
    let registry = acme_with(acme_lists).on_published(move |snapshot| to.send(snapshot).unwrap()).open().unwrap();
    assert!(from.try_recv().is_err(), "opening publishes nothing that was not there");
    let fd = registry.event_fd().unwrap().as_fd().try_clone_to_owned().unwrap();
    let mut event = std::fs::File::from(fd);
    let mut eight = [0; 8];
    assert_eq!(std::io::Read::read(&mut event, &mut eight).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    registry.refresh().unwrap();
    assert_eq!(from.try_recv().unwrap().generation(), 1);
    assert_eq!(std::io::Read::read(&mut event, &mut eight).unwrap(), 8);
    assert_eq!(u64::from_ne_bytes(eight), 1);
}

#[test]
fn errors_have_file_line_and_findings() {
    let findings = Arc::new(Mutex::new(Vec::new()));
    let heard = findings.clone();
    let text = ACME.replace("base_url", "bse_url").replace("200 * K", "-1");
    let options = alone().no_builtin().definition("acme.lua", &text).on_finding(move |f| {
        heard.lock().unwrap().push((f.error, f.file.to_string(), f.line, f.message.to_string()));
    });
    let error = options.lint(None).unwrap_err();
    let linted = std::mem::take(&mut *findings.lock().unwrap());
    assert_eq!((error.status(), error.file(), error.line()), (Status::Definitions, Some("acme.lua"), Some(3)));
    assert!(error.message().contains("did you mean 'base_url'?"), "{error}");
    assert_eq!(error.to_string(), format!("acme.lua:3: {}", error.message()));
    assert_eq!((error.findings(), linted.len()), (2, 2));
    assert!(linted.iter().all(|f| f.0 && f.1 == "acme.lua" && f.2.is_some() && !f.3.is_empty()), "{linted:?}");
    let opened = options.open().map(|_| ()).unwrap_err();
    assert_eq!(opened.message(), error.message());
    assert_eq!(*findings.lock().unwrap(), linted);
    let error: Box<dyn std::error::Error> = Box::new(opened);
    assert!(format!("{error:?}").contains("Definitions"));
    assert_eq!(alone().config("/nonexistent").open().map(|_| ()).unwrap_err().status(), Status::Definitions);
    assert_eq!(alone().definition("a.lua", "\0").open().map(|_| ()).unwrap_err().status(), Status::Invalid);
}

#[test]
fn merged_definitions_name_the_place_of_each_line() {
    let options = Options::new().config("").definition("mine.lua", "provider \"openai\" {\n  timeout = 3,\n}");
    let text = options.merged_definitions(&MergedChoice { ids: &["openai"], ..Default::default() }).unwrap();
    assert!(text.contains("timeout       = 3 * seconds,") && text.contains("-- mine.lua:2 (host)"), "{text}");
    assert!(text.contains("-- providers.lua:"), "{text}");
    let wrong =
        options.merged_definitions(&MergedChoice { ids: &["opnai"], changed: true, ..Default::default() }).unwrap_err();
    assert_eq!(wrong.status(), Status::Unknown);
}

#[test]
fn a_broken_or_lossy_edit_keeps_the_old_models() {
    let folder = fresh_file("edited");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("acme.lua"), ACME).unwrap();
    let environment = [("ACME_API_KEY", KEY)];
    let options =
        Options::new().no_builtin().config(&folder).environment(environment).transport(Canned::new(acme_lists));
    let registry = options.open().unwrap();
    registry.refresh().unwrap();
    std::fs::write(folder.join("acme.lua"), "provider \"acme\" {").unwrap();
    assert_eq!(registry.refresh().unwrap_err().status(), Status::Definitions);
    let snapshot = registry.snapshot();
    let error = snapshot.definitions_error().unwrap();
    assert_eq!((snapshot.len(), error.line), (2, Some(1)));
    assert!(error.file.ends_with("acme.lua") && !error.message.is_empty());
    let finding = snapshot.definitions_finding().unwrap();
    assert_eq!((finding.message, finding.file, finding.line), (error.message, error.file, error.line));
    std::fs::write(folder.join("acme.lua"), ACME.split("model").next().unwrap()).unwrap();
    assert_eq!(registry.refresh().unwrap_err().status(), Status::Held);
    registry.refresh_forced().unwrap();
    assert!(registry.snapshot().is_empty() && registry.snapshot().definitions_error().is_none());
    assert!(registry.snapshot().definitions_finding().is_none());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_registry_refreshes_by_watch_and_by_interval() {
    let (to, from) = mpsc::channel();
    let folder = fresh_file("watched");
    std::fs::create_dir_all(&folder).unwrap();
    let options =
        acme_with(acme_lists).config(&folder).on_published(move |s| to.send(s.known("gamma").is_some()).unwrap());
    let registry = options.open().unwrap();
    registry.watch().unwrap();
    std::fs::write(
        folder.join("gamma.lua"),
        ACME.replace("acme", "more").replace("alpha", "gamma").replace("beta", "delta").replace("\"b\"", "\"d\""),
    )
    .unwrap();
    assert!(from.recv_timeout(Duration::from_secs(20)).unwrap(), "the new file was read");
    std::fs::remove_dir_all(&folder).unwrap();
    registry.refresh_every(Duration::from_millis(20)).unwrap();
    for _ in 0..3 {
        from.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    registry.refresh_every(Duration::ZERO).unwrap();
}

#[test]
fn callbacks_receive_sources_variables_and_verdicts() {
    let (sources, verdicts) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (s, v) = (sources.clone(), verdicts.clone());
    let names = Arc::new(Mutex::new(Vec::new()));
    let n = names.clone();
    let options = acme_with(acme_lists)
        .on_source(move |one| {
            s.lock().unwrap().push((one.path.to_string(), one.why.to_string(), one.directory, one.read))
        })
        .on_variable(move |name, secret| n.lock().unwrap().push((name.to_string(), secret)))
        .on_progress(move |one| {
            v.lock().unwrap().push((one.model_id.to_string(), one.state.to_string(), one.decided, one.total))
        });
    let registry = options.open().unwrap();
    let text = ("acme.lua".to_string(), "given as text".to_string(), false, true);
    assert!(sources.lock().unwrap().contains(&text), "{sources:?}");
    assert!(names.lock().unwrap().contains(&("ACME_API_KEY".to_string(), true)), "{names:?}");
    registry.refresh().unwrap();
    let ready = |id: &str, decided| (id.to_string(), "ready".to_string(), decided, 2);
    assert_eq!(*verdicts.lock().unwrap(), [ready("alpha", 1), ready("beta", 2)]);
}

#[test]
fn a_host_can_count_requests_and_refreshes() {
    let (exchanges, refreshes) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (e, r) = (exchanges.clone(), refreshes.clone());
    let options = acme_with(acme_lists)
        .on_exchange(move |one| {
            let gateway = one.gateway_id.map(str::to_string);
            let told =
                (one.provider_id.to_string(), gateway, one.stage.to_string(), one.outcome.to_string(), one.http_status);
            e.lock().unwrap().push(told);
        })
        .on_refreshed(move |failed, _| r.lock().unwrap().push(failed));
    let registry = options.open().unwrap();
    assert!(refreshes.lock().unwrap().is_empty());
    registry.refresh().unwrap();
    let told = exchanges.lock().unwrap();
    assert!(!told.is_empty() && told.iter().all(|one| one.0 == "acme" && one.1.is_none()), "{told:?}");
    assert_eq!(told[0], ("acme".to_string(), None, "list".to_string(), "ready".to_string(), Some(200)));
    assert_eq!(*refreshes.lock().unwrap(), [None]);
}

#[test]
fn a_panicking_closure_does_not_affect_the_registry() {
    let calls = Arc::new(AtomicUsize::new(0));
    let (a, b, c) = (calls.clone(), calls.clone(), calls.clone());
    let shout = |calls: &AtomicUsize| {
        calls.fetch_add(1, Ordering::SeqCst);
        std::panic::resume_unwind(Box::new("as this test wants it"))
    };
    let options = acme_with(acme_lists)
        .on_source(move |_| shout(&a))
        .on_progress(move |_| shout(&b))
        .on_published(move |_| shout(&c));
    let registry = options.open().unwrap();
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().len(), 2);
    assert!(calls.load(Ordering::SeqCst) >= 4);
}

#[test]
fn a_closure_may_not_refresh_but_may_drop_its_registry() {
    let (to, from) = mpsc::channel();
    let place: Arc<Mutex<Option<Registry>>> = Arc::default();
    let inner = place.clone();
    let registry = acme_with(acme_lists)
        .on_published(move |_| {
            let registry = inner.lock().unwrap().take().unwrap();
            to.send(registry.refresh().map_err(|e| e.status())).unwrap();
        })
        .open()
        .unwrap();
    *place.lock().unwrap() = Some(registry.clone());
    let busy = std::thread::spawn(move || registry.refresh().map_err(|e| e.status()));
    assert_eq!(from.recv_timeout(Duration::from_secs(20)), Ok(Err(Status::Invalid)));
    assert_eq!(busy.join().unwrap(), Ok(()));
}

#[test]
fn closing_abandons_a_refresh_for_all_clones() {
    let (asked, is_asked) = mpsc::channel();
    let silent = ChannelTransport::new(move |_, reply| {
        std::mem::forget(reply);
        asked.send(()).unwrap();
    });
    let registry =
        acme().transport(silent).timeout(Duration::from_secs(3600)).deadline(Duration::from_secs(3600)).open().unwrap();
    let subscription = registry.subscribe_helpers(|_| ()).unwrap();
    let clone = registry.clone();
    let busy = std::thread::spawn(move || clone.refresh().map_err(|e| e.status()));
    is_asked.recv_timeout(Duration::from_secs(60)).unwrap();
    registry.close();
    assert_eq!(busy.join().unwrap(), Err(Status::Cancelled));
    assert_eq!(registry.refresh().unwrap_err().status(), Status::Cancelled);
    assert_eq!(registry.watch().unwrap_err().status(), Status::Cancelled);
    let snapshot = registry.snapshot();
    registry.close();
    drop((registry, subscription));
    assert_eq!((snapshot.generation(), snapshot.known("alpha").unwrap().id()), (0, "alpha"));
}

#[test]
fn a_closure_may_close_its_registry() {
    let place: Arc<Mutex<Option<Registry>>> = Arc::default();
    let inner = place.clone();
    let close = move |_| {
        if let Some(registry) = inner.lock().unwrap().take() {
            registry.close();
        }
    };
    let registry = acme_with(acme_lists).on_published(close).open().unwrap();
    *place.lock().unwrap() = Some(registry.clone());
    while registry.refresh().map_err(|e| e.status()) != Err(Status::Cancelled) {}
}

#[test]
fn options_are_passed_to_the_c_library() {
    let open = |options: Options| {
        let registry = options.open().unwrap();
        registry.refresh().unwrap();
        registry.snapshot()
    };
    let mute = open(acme_with(acme_lists).host_protocols(["anthropic-messages"]));
    assert_eq!(mute.known("alpha").unwrap().state(), State::Disabled);
    assert!(mute.known("alpha").unwrap().reason().contains("openai-chat"));
    let mock = open(alone().enable_mock().transport(Canned::new(|_| unreachable!())));
    assert_eq!(mock.models().map(|m| m.id()).collect::<Vec<_>>(), ["mock"]);
    let lists = |_: &Request| json(200, r#"{"object":"list","data":[{"id":"alpha-1"},{"id":"wild-1"}]}"#);
    assert!(open(acme_with(lists)).known("wild-1").is_none());
    assert!(open(acme_with(lists).discover_all()).known("wild-1").unwrap().discovered());
    let low = open(acme_with(|_| unreachable!()).level(Level::Credential));
    assert_eq!(low.known("alpha").unwrap().stage(), "credential", "{low:?}", low = low.known("alpha"));
    let silent = acme_with(acme_lists).transport(ChannelTransport::new(|_, reply| std::mem::forget(reply)));
    let late = open(silent.timeout(Duration::from_millis(200)).deadline(Duration::from_secs(1)));
    assert_eq!(late.known("alpha").unwrap().state(), State::Unreachable);
}

#[test]
fn what_a_provider_states_of_the_account_is_told() {
    let registry = acme_with(|request| {
        let mut answer = acme_lists(request)?;
        for (name, value) in [("limit", "1000"), ("remaining", "998"), ("reset", "2026-01-01T00:00:00Z")] {
            answer.headers.push((format!("x-ratelimit-{name}-requests"), value.as_bytes().to_vec()));
        }
        Ok(answer)
    });
    let registry = registry.open().unwrap();
    let before = registry.snapshot();
    assert_eq!(before.providers().next().unwrap().limits(), None);
    registry.refresh().unwrap();
    let snapshot = registry.snapshot();
    let limits = snapshot.providers().next().unwrap().limits().unwrap();
    assert_eq!((limits.requests, limits.requests_limit, limits.tokens), (Some(998), Some(1000), None));
    assert_eq!((limits.credit, limits.currency, limits.reset), (None, "", ""));
    assert!(limits.at.ends_with('Z'), "{limits:?}");
}
