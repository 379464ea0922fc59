//! A statically linked program: roster's core archive, Lua, Jansson and the C library, with the host's own HTTP.
use std::path::{Path, PathBuf};
use std::process::Command;

fn archives() -> Option<PathBuf> {
    let directory = PathBuf::from(std::env::var_os("ROSTER_LIB_DIR")?).canonicalize().ok()?;
    let system = Path::new("/usr/lib/x86_64-linux-gnu");
    let there = |name: &str| directory.join(name).exists() || system.join(name).exists();
    let all = ["libroster-core.a", "liblua5.4.a", "libjansson.a", "libc.a"].into_iter().all(there);
    (all && cfg!(all(target_env = "gnu", target_arch = "x86_64"))).then_some(directory)
}

/// Whether the kernel would start a loader for it: a program header of type PT_INTERP.
fn asks_for_a_loader(program: &[u8]) -> bool {
    let number = |at: usize, bytes: usize| {
        program[at..at + bytes].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let (first, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    assert_eq!((&program[..4], program[4]), (&b"\x7fELF"[..], 2));
    assert!(count > 2);
    (0..count).any(|i| number(first + i * size, 4) == 3)
}

#[test]
fn a_static_program_runs_without_shared_libraries() {
    let Some(directory) = archives() else {
        return eprintln!("skipped: ROSTER_LIB_DIR names no directory with libroster-core.a, or there are no archives of Lua, Jansson and libc");
    };
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("static");
    let said = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--quiet", "--example", "phoenix", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&place)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("ROSTER_STATIC", "core")
        .env("ROSTER_LIB_DIR", directory)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let program = place.join("debug/examples/phoenix");
    assert!(!asks_for_a_loader(&std::fs::read(&program).unwrap()));
    assert!(
        asks_for_a_loader(&std::fs::read(std::env::current_exe().unwrap()).unwrap()),
        "this test itself is not static"
    );
    let said = Command::new(program).env_clear().env("ANTHROPIC_API_KEY", "sk-ant-example").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{err}");
    assert!(out.starts_with(r#"{"models":[{"id":"mock""#) && out.contains("this example has no HTTP"), "{out}");
    assert_eq!(err, "mock: Mock, 200000 tokens\n");
}
