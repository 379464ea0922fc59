//! Statically linked programs: roster's core, Lua, Jansson and the C library, with the host's own HTTP. From archives that are there, and
//! from sources.
use std::path::{Path, PathBuf};
use std::process::Command;

/// The C half without optimization: compiling it is most of what these tests take.
const QUICK: &str = "-O0";

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

/// Builds the example in a folder of its own, and runs it with one key that nobody can check.
fn build_and_run(name: &str, arrange: impl FnOnce(&mut Command)) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["build", "--offline", "--quiet", "--example", "phoenix", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&place)
        .env("RUSTFLAGS", "-C target-feature=+crt-static");
    arrange(&mut command);
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let program = place.join("debug/examples/phoenix");
    assert!(!asks_for_a_loader(&std::fs::read(&program).unwrap()));
    let said = Command::new(program).env_clear().env("ANTHROPIC_API_KEY", "sk-ant-example").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{err}");
    assert!(out.contains(r#""default":"mock""#) && out.contains(r#""id":"mock""#), "{out}");
    let reason = "Anthropic could not be reached at https://api.anthropic.com: this example has no HTTP";
    assert_eq!(err, format!("mock: Mock, 200000 tokens\nclaude-sonnet-4-6: {reason}\n"));
    place
}

#[test]
fn a_static_program_runs_without_shared_libraries() {
    let Some(directory) = archives() else {
        return eprintln!("skipped: ROSTER_LIB_DIR names no directory with libroster-core.a, or there are no archives of Lua, Jansson and libc");
    };
    build_and_run("static", |command| {
        command.env("ROSTER_STATIC", "core").env("ROSTER_LIB_DIR", directory);
    });
    assert!(
        asks_for_a_loader(&std::fs::read(std::env::current_exe().unwrap()).unwrap()),
        "this test itself is not static"
    );
}

fn sources_of_lua_and_jansson() -> bool {
    let there = Path::new(env!("CARGO_MANIFEST_DIR")).join("../roster-sys/vendor/vendor.sha256").exists();
    if !there {
        eprintln!("skipped: scripts/vendor has not brought the sources of Lua and Jansson");
    }
    there
}

fn made_by(folder: &Path) -> PathBuf {
    let made = std::fs::read_dir(folder.join("build")).unwrap().map(|entry| entry.unwrap().path());
    let archives = made.map(|one| one.join("out/libroster_vendored.a")).filter(|archive| archive.exists());
    archives.last().expect("the build script has made the archive")
}

#[test]
fn one_cargo_build_makes_a_static_program_from_sources() {
    if !sources_of_lua_and_jansson() {
        return;
    }
    let place = build_and_run("vendored", |command| {
        command.args(["--features", "vendored"]).env("CFLAGS", QUICK);
        command.env_remove("ROSTER_LIB_DIR").env_remove("ROSTER_STATIC");
    });
    let said = Command::new("nm")
        .args(["--defined-only", "--extern-only"])
        .arg(made_by(&place.join("debug")))
        .output()
        .unwrap();
    let listing = String::from_utf8(said.stdout).unwrap();
    let names: Vec<_> = listing.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    assert!(names.len() > 100);
    let strange: Vec<_> = names.iter().filter(|name| !name.starts_with("roster_")).collect();
    assert!(strange.is_empty(), "a host with another Lua or Jansson would meet {strange:?}");
}

/// A host in C, since a Rust without its musl target can compile no other.
const HOST: &str = r#"
#include <roster.h>
#include <stdio.h>
int main(void) {
  roster_options options = ROSTER_OPTIONS_INIT;
  roster_error error = { 0 };
  roster *registry = NULL;
  options.config = "";
  options.enable_mock = true;
  if (roster_open(&registry, &options, &error)) return fprintf(stderr, "%s\n", error.message), 1;
  const roster_snapshot *snapshot = roster_acquire(registry);
  puts(roster_model_id(roster_default(snapshot)));
  roster_release(snapshot);
  roster_close(registry);
  return 0;
}
"#;

/// The build script runs before the crate is compiled, so the C half for musl can be tried without Rust's musl target.
#[test]
fn the_c_half_is_built_for_musl_and_runs() {
    let found = Command::new("musl-gcc").arg("--version").output().is_ok();
    if !cfg!(all(target_env = "gnu", target_arch = "x86_64")) || !found {
        return eprintln!("skipped: there is no musl-gcc for this machine");
    }
    if !sources_of_lua_and_jansson() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("musl");
    let said = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--quiet", "-p", "roster-sys", "--features", "vendored"])
        .args(["--target", "x86_64-unknown-linux-musl", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&place)
        .env("CFLAGS", QUICK)
        .output()
        .unwrap();
    if !said.status.success() {
        let why = String::from_utf8_lossy(&said.stderr);
        assert!(why.contains("can't find crate for"), "{why}");
        eprintln!("skipped: Rust's half for musl, because rustc has no x86_64-unknown-linux-musl here");
    }
    let (source, program) = (place.join("host.c"), place.join("host"));
    std::fs::write(&source, HOST).unwrap();
    let archive = made_by(&place.join("x86_64-unknown-linux-musl/debug"));
    let said = Command::new("musl-gcc")
        .args(["-static", "-I"])
        .arg(root.join("../include"))
        .args([&source, &archive])
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(!asks_for_a_loader(&std::fs::read(&program).unwrap()));
    let said = Command::new(&program).env_clear().output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "mock\n", "{}", String::from_utf8_lossy(&said.stderr));
}
