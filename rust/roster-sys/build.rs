//! Finds the library: in ROSTER_LIB_DIR, where that is set, else by pkg-config.
//!
//! ROSTER_LIB_DIR names a directory. ROSTER_STATIC says which archive in it: `core` (without HTTP: the host hands in a transport) or
//! `curl`; without it the shared library is taken.

use std::env;
use std::process::Command;

fn main() {
    for name in ["ROSTER_LIB_DIR", "ROSTER_STATIC", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    match env::var("ROSTER_LIB_DIR") {
        Ok(directory) => link_in(&directory),
        Err(_) => pkg_config(),
    }
}

fn link_in(directory: &str) {
    println!("cargo:rustc-link-search=native={directory}");
    let chosen = env::var("ROSTER_STATIC").unwrap_or_default();
    let archive = match chosen.as_str() {
        "" => return println!("cargo:rustc-link-lib=dylib=roster"),
        "core" => "roster-core",
        "curl" => "roster",
        other => panic!("ROSTER_STATIC is 'core' or 'curl', not '{other}'"),
    };
    println!("cargo:rustc-link-lib=static:-bundle={archive}");
    let whole = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|f| f.split(',').any(|one| one == "crt-static"));
    let kind = if whole { "static:-bundle" } else { "dylib" };
    if whole {
        println!("cargo:rustc-link-search=native=/usr/lib/{}-linux-gnu", env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default());
    }
    for library in ["lua5.4", "jansson"] {
        println!("cargo:rustc-link-lib={kind}={library}");
    }
    if archive == "roster" {
        println!("cargo:rustc-link-lib=dylib=curl");
    }
}

fn pkg_config() {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let found = Command::new(&program).args(["--libs", "roster"]).output();
    let out = match found {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).into_owned(),
        Ok(out) => panic!("{program} does not know roster: {}set ROSTER_LIB_DIR", String::from_utf8_lossy(&out.stderr)),
        Err(why) => panic!("{program} cannot be run ({why}): set ROSTER_LIB_DIR to the directory of libroster"),
    };
    for word in out.split_whitespace() {
        if let Some(directory) = word.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = word.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}
