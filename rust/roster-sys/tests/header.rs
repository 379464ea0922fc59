//! The declarations agree with roster.h: the C compiler is asked. Without one, or without the header, nothing is compared, and that is said.
use roster_sys::*;
use std::fmt::Write as _;
use std::mem::{offset_of, size_of};
use std::path::{Path, PathBuf};
use std::process::Command;

const FUNCTIONS: &str = include_str!("../src/functions.rs");
const TYPES: &str = include_str!("../src/types.rs");

fn include_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include")
}

fn compiler() -> Option<String> {
    let name = std::env::var("CC").unwrap_or_else(|_| "cc".to_string());
    let there = include_directory().join("roster.h").exists() && Command::new(&name).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: there is no C compiler called {name}, or no include/roster.h");
    }
    there.then_some(name)
}

/// Compiles a program and gives what it prints, or what the compiler said.
fn compile_and_run(cc: &str, name: &str, program: &str) -> Result<String, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (source, made) = (folder.join(format!("{name}.c")), folder.join(name));
    std::fs::write(&source, program).unwrap();
    let said = Command::new(cc)
        .args(["-std=c11", "-Wall", "-Werror", "-I"])
        .arg(include_directory())
        .arg(&source)
        .arg("-o")
        .arg(&made)
        .output()
        .unwrap();
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned());
    }
    Ok(String::from_utf8(Command::new(&made).output().unwrap().stdout).unwrap())
}

fn main_that_prints(lines: &str) -> String {
    format!("#include <roster.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {{\n{lines}  return 0;\n}}\n")
}

fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Two programs in one list: what C is to print, and what Rust prints.
macro_rules! layouts {
    ($($name:ident { $($field:ident $(= $c_field:literal)?),* $(,)? })*) => {{
        let (mut program, mut ours) = (String::new(), String::new());
        $(
            let name = stringify!($name);
            writeln!(program, "  printf(\"{name} %zu\\n\", sizeof({name}));").unwrap();
            writeln!(ours, "{name} {}", size_of::<$name>()).unwrap();
            $(
                let (field, c_field) = (stringify!($field), [stringify!($field) $(, $c_field)?]);
                let c_field = c_field[c_field.len() - 1];
                let size = format!("sizeof((({name} *)0)->{c_field})");
                writeln!(program, "  printf(\"{name}.{field} %zu %zu\\n\", offsetof({name}, {c_field}), {size});").unwrap();
                writeln!(ours, "{name}.{field} {} {}", offset_of!($name, $field), size_of_field(|it: &$name| &it.$field)).unwrap();
            )*
        )*
        (program, ours)
    }};
}

#[rustfmt::skip]
mod layouts;

#[test]
fn structs_are_laid_out_as_in_c() {
    let Some(cc) = compiler() else { return };
    let (program, ours) = layouts::all();
    assert_eq!(compile_and_run(&cc, "layouts", &main_that_prints(&program)).unwrap(), ours);
    for name in words_after(TYPES, "pub struct ").filter(|name| *name != "$name") {
        assert!(ours.contains(&format!("{name} ")), "{name} is not compared");
    }
}

fn words_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or(""))
}

/// The NAME = VALUE pairs of the constants.
fn constants() -> Vec<(&'static str, i64)> {
    let inside = TYPES.split("constants! { ").skip(1).flat_map(|rest| rest.split('}').next());
    let pairs = inside.flat_map(|list| list.split(':').nth(1).unwrap().split(','));
    pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim().parse().unwrap()))
        .collect()
}

#[test]
fn constants_have_the_values_of_c() {
    let Some(cc) = compiler() else { return };
    let (mut program, mut ours) = (String::new(), String::new());
    for (name, value) in constants() {
        writeln!(program, "  printf(\"{name} %d\\n\", (int){name});").unwrap();
        writeln!(ours, "{name} {value}").unwrap();
    }
    assert_eq!(compile_and_run(&cc, "constants", &main_that_prints(&program)).unwrap(), ours);
}

#[test]
fn every_function_and_constant_of_the_header_is_declared() {
    let Ok(header) = std::fs::read_to_string(include_directory().join("roster.h")) else {
        return eprintln!("skipped: there is no include/roster.h");
    };
    let declared: Vec<_> = words_after(FUNCTIONS, "pub fn ").collect();
    let names = |word: &&str| word.starts_with("roster_");
    let functions: Vec<_> = header
        .split("ROSTER_API ")
        .skip(1)
        .filter_map(|rest| rest.split('(').next()?.rsplit(|c: char| c.is_whitespace() || c == '*').next())
        .filter(names)
        .collect();
    assert!(functions.len() > 100, "the header was not understood");
    for name in &functions {
        assert!(declared.contains(name), "{name} is not declared");
    }
    assert_eq!(functions.len(), declared.len());
    let known: Vec<_> = constants().into_iter().map(|(name, _)| name).collect();
    let enums =
        header.split("typedef enum ").skip(1).filter_map(|rest| Some(rest.split_once('{')?.1.split_once('}')?.0));
    for value in enums.flat_map(|list| list.split("ROSTER_").skip(1)) {
        let name = format!("ROSTER_{}", value.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap());
        assert!(known.contains(&name.as_str()), "{name} is not declared");
    }
}

/// A type of the declarations as C writes it.
fn in_c(rust: &str) -> String {
    if let Some(rest) = rust.strip_prefix("*const ") {
        return format!("{} const *", in_c(rest));
    }
    if let Some(rest) = rust.strip_prefix("*mut ") {
        return format!("{} *", in_c(rest));
    }
    let plain = [
        ("c_char", "char"),
        ("c_int", "int"),
        ("c_long", "long"),
        ("c_void", "void"),
        ("usize", "size_t"),
        ("f64", "double"),
    ];
    let sized = [("u64", "uint64_t"), ("i64", "int64_t")];
    plain.iter().chain(&sized).find(|(ours, _)| *ours == rust).map_or(rust, |(_, theirs)| theirs).to_string()
}

/// One parameter, a callback perhaps.
fn parameter(name: &str, kind: &str) -> String {
    let Some(callback) = kind.strip_prefix("Option<unsafe extern \"C\" fn(") else {
        return format!("{} {name}", in_c(kind));
    };
    let taken: Vec<_> = callback.trim_end_matches(")>").split(", ").map(in_c).collect();
    format!("void (*{name})({})", taken.join(", "))
}

/// `pub fn roster_x(a: T, ...) -> T;` as a declaration of C.
fn declaration(ours: &str) -> String {
    let (name, rest) = ours.split_once('(').unwrap();
    let (list, result) = rest.rsplit_once(") -> ").unwrap_or((rest.trim_end_matches(')'), "c_void"));
    let commas_of_callbacks = list.replace("fn(*mut c_void, ", "fn(*mut c_void;");
    let pairs = commas_of_callbacks.split(',').filter_map(|one| one.trim().split_once(": "));
    let parameters: Vec<_> = pairs.map(|(name, kind)| parameter(name, &kind.replace(';', ", "))).collect();
    let parameters = if parameters.is_empty() { "void".to_string() } else { parameters.join(", ") };
    format!("{} {name}({parameters});\n", in_c(result))
}

#[test]
fn signatures_are_those_of_the_header() {
    let Some(cc) = compiler() else { return };
    let flat = FUNCTIONS.split_whitespace().collect::<Vec<_>>().join(" ");
    let declarations: String =
        flat.split("pub fn ").skip(1).map(|rest| declaration(rest.split(';').next().unwrap().trim())).collect();
    let program = format!("#include <roster.h>\n{declarations}int main(void) {{ return 0; }}\n");
    if let Err(said) = compile_and_run(&cc, "signatures", &program) {
        panic!("{said}");
    }
}
