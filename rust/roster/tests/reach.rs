//! The safe crate leaves nothing of the C API out.
use std::path::Path;

/// Not called, and why.
const OTHERWISE: [(&str, &str); 2] = [
    ("roster_service_model", "a Service holds its Model already"),
    ("roster_transport_curl", "it is what a registry uses by itself, and not in every library"),
];

fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The words of a text, so that roster_open is not found in roster_opened.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

#[test]
fn every_function_of_the_c_api_is_called() {
    let (sources, declared) = (sources(), include_str!("../../roster-sys/src/functions.rs"));
    let used = words(&sources);
    let names: Vec<_> = words(declared)
        .windows(2)
        .filter(|pair| pair[0] == "fn")
        .map(|pair| pair[1])
        .filter(|n| n.starts_with("roster_"))
        .collect();
    assert!(names.len() > 100);
    for name in names {
        let otherwise = OTHERWISE.iter().any(|(known, _)| *known == name);
        assert!(used.contains(&name) != otherwise, "{name}");
    }
}
