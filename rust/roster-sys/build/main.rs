//! Finds the library: in the directory that ROSTER_LIB_DIR names, else with pkg-config. Knows nothing about the API.
//!
//! ROSTER_LIB_DIR=DIR                   libroster.so of that directory
//! ROSTER_LIB_DIR=DIR ROSTER_STATIC=1   libroster.a, with Lua and Jansson; libcurl stays shared
//! ROSTER_LIB_DIR=DIR ROSTER_STATIC=core   libroster-core.a, which contains no HTTP, with Lua and Jansson
//!
//! With the feature "vendored" none of these counts: the library is compiled from its sources, see vendored.rs.
//!
//! Archives of Lua and Jansson are taken from that directory too, if they are there: a musl host builds them itself.
use std::env;
use std::path::{Path, PathBuf};
use std::process::{exit, Command};

mod vendored;

fn main() {
    if cfg!(feature = "vendored") {
        vendored::build();
        link_system();
    } else {
        find();
    }
}

fn find() {
    for name in ["ROSTER_LIB_DIR", "ROSTER_STATIC", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let directory = env::var_os("ROSTER_LIB_DIR")
        .map(|d| PathBuf::from(d).canonicalize().unwrap_or_else(|e| give_up(&e.to_string())));
    let archive = match env::var("ROSTER_STATIC").unwrap_or_default().as_str() {
        "" | "0" => None,
        "1" => Some("roster"),
        "core" => Some("roster-core"),
        other => give_up(&format!("ROSTER_STATIC is '{other}', and not 1 or core")),
    };
    match (directory, archive) {
        (Some(directory), Some(archive)) => link_archive(&directory, archive),
        (Some(directory), None) => link_shared(&directory),
        (None, Some(archive)) => link_archive(&library_directory("roster"), archive),
        (None, None) => follow(&ask_pkg_config(&["--libs", "roster"])),
    }
}

fn give_up(why: &str) -> ! {
    eprintln!("roster was not found: {why}");
    eprintln!("Install roster where pkg-config sees it, or let ROSTER_LIB_DIR name the directory of libroster.so or libroster.a.");
    exit(1)
}

fn ask_pkg_config(words: &[&str]) -> String {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let said = match Command::new(&program).args(words).output() {
        Ok(said) => said,
        Err(e) => give_up(&format!("{} does not run: {e}", program.to_string_lossy())),
    };
    if !said.status.success() {
        give_up(String::from_utf8_lossy(&said.stderr).trim());
    }
    String::from_utf8_lossy(&said.stdout).trim().to_string()
}

fn library_directory(package: &str) -> PathBuf {
    PathBuf::from(ask_pkg_config(&["--variable=libdir", package]))
}

/// -L and -l as pkg-config prints them.
fn follow(flags: &str) {
    for flag in flags.split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(name) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={name}");
        }
    }
}

fn link_shared(directory: &Path) {
    println!("cargo:rustc-link-search=native={}", directory.display());
    println!("cargo:rustc-link-lib=dylib=roster");
}

fn link_archive(directory: &Path, archive: &str) {
    println!("cargo:rerun-if-changed={}", directory.join(format!("lib{archive}.a")).display());
    println!("cargo:rustc-link-search=native={}", directory.display());
    println!("cargo:rustc-link-lib=static={archive}");
    link_beside(directory, &["lua5.4", "lua"], "lua5.4");
    link_beside(directory, &["jansson"], "jansson");
    if archive == "roster" {
        follow(&ask_pkg_config(&["--libs", "libcurl"]));
    }
    link_system();
}

/// What the archives need of the C library. musl has all of it in libc, and a -lm would find glibc's.
fn link_system() {
    if env::var("CARGO_CFG_TARGET_ENV").as_deref() != Ok("musl") {
        for name in ["m", "dl", "pthread"] {
            println!("cargo:rustc-link-lib={name}");
        }
    }
}

/// An archive in the same directory as ours, else the package's.
fn link_beside(directory: &Path, names: &[&str], package: &str) {
    if let Some(name) = names.iter().find(|name| directory.join(format!("lib{name}.a")).exists()) {
        println!("cargo:rustc-link-lib=static={name}");
        return;
    }
    println!("cargo:rustc-link-search=native={}", library_directory(package).display());
    println!("cargo:rustc-link-lib=static={}", names[0]);
}
