//! The safe crate covers the complete C API.
use std::path::Path;

/// Functions that are not called, and why.
const OTHERWISE: [(&str, &str); 6] = [
    ("roster_model_price", "Model::prices gives all of them"),
    ("roster_price_name", "the members of Prices have those names"),
    ("roster_service_model", "a Service holds its Model already"),
    ("roster_transport_curl", "a registry uses it by default, and not every library has it"),
    ("roster_transport_curl_threads", "Options::transport_threads gives a registry such a one"),
    ("roster_write_request", "roster_curl_command returns the same, allocated"),
];

fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The words of a string, so that roster_open is not found in roster_opened.
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
