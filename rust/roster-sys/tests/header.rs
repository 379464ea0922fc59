//! What is declared here by hand is what the header says: every function, and every struct to the byte.

use roster_sys::*;
use std::mem::{offset_of, size_of};
use std::path::PathBuf;
use std::process::Command;

fn header() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../include/roster.h")
}

#[test]
fn every_function_of_the_header_is_declared() {
    let header = std::fs::read_to_string(header()).unwrap();
    let ours = include_str!("../src/lib.rs");
    let mut seen = 0;
    for part in header.split("ROSTER_API ").skip(1) {
        let Some((head, _)) = part.split_once('(') else { continue };
        let name = head.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        if !name.starts_with("roster_") {
            continue;
        }
        assert!(ours.contains(&format!("fn {name}(")), "{name} is not declared");
        seen += 1;
    }
    assert!(seen > 100, "only {seen} functions were found");
}

macro_rules! layout {
    ($(($name:ident, $($field:ident = $c:literal),+)),+ $(,)?) => {{
        let mut c = String::new();
        let mut ours = Vec::new();
        $(
            c += &format!("  printf(\"%zu\\n\", sizeof ({}));\n", stringify!($name));
            ours.push((stringify!($name).to_string(), size_of::<$name>()));
            $(
                c += &format!("  printf(\"%zu\\n\", offsetof({}, {}));\n", stringify!($name), $c);
                ours.push((format!("{}.{}", stringify!($name), $c), offset_of!($name, $field)));
            )+
        )+
        (c, ours)
    }};
}

#[test]
fn every_struct_is_laid_out_as_in_c() {
    let (lines, ours) = layout![
        (roster_error, count = "count", line = "line", file = "file", message = "message", hint = "hint", candidates = "candidates"),
        (roster_finding, file = "file", line = "line", message = "message"),
        (roster_source, why = "why", directory = "directory", read = "read"),
        (roster_header, value = "value"),
        (
            roster_http_request,
            id = "id",
            headers = "headers",
            body = "body",
            timeout_ms = "timeout_ms",
            max_body_bytes = "max_body_bytes",
            proxy = "proxy"
        ),
        (
            roster_http_response,
            failure = "failure",
            status = "status",
            headers = "headers",
            body = "body",
            elapsed_ms = "elapsed_ms",
            answered_ms = "answered_ms"
        ),
        (roster_transport, self_ = "self", start = "start", next = "next", cancel_all = "cancel_all", close = "close"),
        (roster_progress, state = "state", decided = "decided", total = "total"),
        (roster_credential, value = "value", headers = "headers", header_count = "header_count"),
        (roster_variable, value = "value"),
        (roster_definition, text = "text"),
        (
            roster_options,
            config = "config",
            no_builtin = "no_builtin",
            enable_mock = "enable_mock",
            definitions = "definitions",
            environment = "environment",
            host_protocols = "host_protocols",
            level = "level",
            timeout_ms = "timeout_ms",
            transport = "transport",
            on_finding = "on_finding",
            payload = "payload",
            on_published = "on_published",
            cache_file = "cache_file",
            credential = "credential",
            helper_wait_ms = "helper_wait_ms"
        ),
        (roster_change, id = "id", before = "before", after = "after", fields = "fields", field_count = "field_count"),
        (roster_rename, to = "to", defined_at = "defined_at", context_window = "context_window", assumed_window = "assumed_window"),
        (roster_helper_line, error = "error", text = "text"),
    ];
    let folder = std::env::temp_dir().join(format!("roster-layout-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let source = folder.join("layout.c");
    let program = folder.join("layout");
    let text = format!("#include <roster.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {{\n{lines}  return 0;\n}}\n");
    std::fs::write(&source, text).unwrap();
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let built =
        Command::new(cc).arg("-I").arg(header().parent().unwrap()).arg("-o").arg(&program).arg(&source).status().expect("a C compiler");
    assert!(built.success());
    let out = Command::new(&program).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let theirs: Vec<usize> = String::from_utf8(out.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(theirs.len(), ours.len());
    for ((name, here), there) in ours.iter().zip(theirs) {
        assert_eq!(*here, there, "{name}");
    }
}
