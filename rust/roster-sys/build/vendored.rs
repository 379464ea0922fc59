//! Compiles roster's core, Lua and Jansson into one archive, in which only roster's names are global, so that a host may have another Lua
//! or Jansson. Calls the compiler itself: the crates stay without dependencies.
//!
//! The compiler is CC_<target>, TARGET_CC or CC, as other crates read them; else musl-gcc, the target's own gcc, or cc. CFLAGS, AR and OBJCOPY
//! follow the same pattern. For macOS no objcopy is needed: its linker makes hidden names local when it joins objects.
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{exit, Command};
use std::sync::atomic::{AtomicUsize, Ordering};

const CORE: [&str; 6] = [
    "src/util",
    "src/library/definitions",
    "src/library/validate",
    "src/library/recording",
    "src/library/source",
    "src/library/registry",
];

pub fn build() {
    let crate_root = PathBuf::from(wanted("CARGO_MANIFEST_DIR"));
    let root = crate_root.join("../..").canonicalize().unwrap_or_else(|e| give_up(&e.to_string()));
    let vendor = crate_root.join("vendor");
    let out = PathBuf::from(wanted("OUT_DIR"));
    let same = std::fs::read(crate_root.join("vendor.sha256")).ok() == std::fs::read(vendor.join("vendor.sha256")).ok();
    if !same {
        give_up(
            "rust/roster-sys/vendor is not there, or holds other versions: run scripts/vendor in roster's repository",
        );
    }
    for place in ["src", "include", "lua"].map(|name| root.join(name)).iter().chain([&vendor]) {
        println!("cargo:rerun-if-changed={}", place.display());
    }
    configure_jansson(&vendor.join("jansson/src"), &out);
    let tools = Tools::find();
    let objects = tools.compile_all(&root, &out, &units(&root, &vendor, &out));
    tools.archive(&out, &objects);
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static=roster_vendored");
}

fn give_up(why: &str) -> ! {
    eprintln!("roster was not built from its sources: {why}");
    exit(1)
}

fn wanted(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| give_up(&format!("cargo did not set {name}")))
}

/// One file to compile, and the flags that it needs.
struct Unit {
    source: PathBuf,
    flags: Vec<OsString>,
}

fn units(root: &Path, vendor: &Path, out: &Path) -> Vec<Unit> {
    let (lua, jansson) = (vendor.join("lua5.4/src"), vendor.join("jansson/src"));
    let include = |place: &Path| OsString::from(format!("-I{}", place.display()));
    let words = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>();
    let mut core = words(&["-D_GNU_SOURCE", "-DROSTER_CORE"]);
    core.extend([&root.join("include"), &root.join("src"), &lua, &jansson, out].map(&include));
    let lua_flags = words(&["-DLUA_COMPAT_5_3", "-DLUA_USE_POSIX"]);
    let mut jansson_flags = words(&["-D_GNU_SOURCE", "-DHAVE_CONFIG_H"]);
    jansson_flags.push(include(out));
    let mut all = Vec::new();
    let folders =
        CORE.iter().map(|name| (root.join(name), &core)).chain([(lua, &lua_flags), (jansson, &jansson_flags)]);
    for (folder, flags) in folders {
        all.extend(c_files(&folder).into_iter().map(|source| Unit { source, flags: flags.clone() }));
    }
    all
}

/// The C files of a folder, without Lua's two programs.
fn c_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| give_up(&format!("{}: {e}", folder.display())));
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "c"));
    files.retain(|file| !["lua.c", "luac.c"].iter().any(|program| file.ends_with(program)));
    files.sort();
    files
}

/// Every Unix has these.
const JANSSON_FINDS: &str = "HAVE_STDINT_H HAVE_FCNTL_H HAVE_UNISTD_H HAVE_SYS_PARAM_H HAVE_SYS_STAT_H HAVE_SYS_TIME_H \
    HAVE_SYS_TYPES_H HAVE_OPEN HAVE_CLOSE HAVE_READ HAVE_GETTIMEOFDAY HAVE_GETPID HAVE_SCHED_H HAVE_SCHED_YIELD HAVE_LOCALE_H \
    HAVE_ATOMIC_BUILTINS USE_URANDOM";

/// What Jansson's configure would write for a compiler that has atomics.
fn configure_jansson(source: &Path, out: &Path) {
    let template = std::fs::read_to_string(source.join("jansson_config.h.in"))
        .unwrap_or_else(|e| give_up(&format!("{}: {e}", source.display())));
    let answers = [
        ("@json_inline@", "inline"),
        ("@json_have_long_long@", "1"),
        ("@json_have_localeconv@", "1"),
        ("@json_have_atomic_builtins@", "1"),
        ("@json_have_sync_builtins@", "1"),
    ];
    let text = answers.iter().fold(template, |text, (question, answer)| text.replace(question, answer));
    let defines: String = JANSSON_FINDS.split_whitespace().map(|name| format!("#define {name} 1\n")).collect();
    let private = format!("{defines}#define INITIAL_HASHTABLE_ORDER 3\n");
    for (name, text) in [("jansson_config.h", text), ("jansson_private_config.h", private)] {
        std::fs::write(out.join(name), text).unwrap_or_else(|e| give_up(&e.to_string()));
    }
}

/// A tool's words as the environment names them for this target: NAME_<target>, TARGET_NAME when crossing, else NAME.
fn named(name: &str) -> Option<Vec<String>> {
    let target = wanted("TARGET");
    let mut names = vec![format!("{name}_{target}"), format!("{name}_{}", target.replace('-', "_"))];
    if target == wanted("HOST") {
        names.extend([format!("HOST_{name}"), name.to_string()]);
    } else {
        names.extend([format!("TARGET_{name}"), name.to_string()]);
    }
    names.iter().for_each(|name| println!("cargo:rerun-if-env-changed={name}"));
    let value = names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))?;
    Some(value.split_whitespace().map(str::to_string).collect())
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|said| said.status.success())
}

struct Tools {
    compiler: Vec<String>,
    flags: Vec<String>,
    archiver: String,
    objcopy: String,
}

impl Tools {
    fn find() -> Self {
        let mut compiler = named("CC").unwrap_or_else(|| vec![usual_compiler()]);
        let prefix = compiler.last().and_then(|name| name.strip_suffix("-gcc")).unwrap_or_default();
        let beside = |tool: &str| {
            let own = format!("{prefix}-{tool}");
            if !prefix.is_empty() && runs(&own) {
                own
            } else {
                tool.to_string()
            }
        };
        let one = |name: &str, tool: &str| {
            named(name).and_then(|words| words.into_iter().next()).unwrap_or_else(|| beside(tool))
        };
        let (archiver, objcopy) = (one("AR", "ar"), one("OBJCOPY", "objcopy"));
        if is_for_apple() {
            compiler.extend(apple_flags());
        }
        Tools { flags: named("CFLAGS").unwrap_or_default(), archiver, objcopy, compiler }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.compiler[0]);
        command.args(&self.compiler[1..]);
        command
    }

    /// Compiles on as many threads as cargo allows, in the repository: the shipped Lua files are named relative to it.
    fn compile_all(&self, root: &Path, out: &Path, units: &[Unit]) -> Vec<PathBuf> {
        let objects: Vec<_> = (0..units.len()).map(|i| out.join(format!("{i}.o"))).collect();
        let next = AtomicUsize::new(0);
        let threads = env::var("NUM_JOBS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_usize).clamp(1, 64);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(unit), Some(object)) = (units.get(i), objects.get(i)) else { return };
                    let mut command = self.command();
                    command
                        .args(["-std=c11", "-O2", "-fPIC", "-fvisibility=hidden"])
                        .args(&unit.flags)
                        .args(&self.flags);
                    run(command.arg("-c").arg(&unit.source).arg("-o").arg(object).current_dir(root))
                        .unwrap_or_else(|e| give_up(&e));
                });
            }
        });
        objects
    }

    fn archive(&self, out: &Path, objects: &[PathBuf]) {
        let archive = out.join("libroster_vendored.a");
        let _ = std::fs::remove_file(&archive); // ar adds to one that is there
        let one = self.hide_names(out, objects);
        let members = one.as_ref().map_or(objects, std::slice::from_ref);
        run(Command::new(&self.archiver).arg("rcs").arg(&archive).args(members)).unwrap_or_else(|e| give_up(&e));
    }

    /// All objects as one in which only roster_* is global. None where the tools cannot do that: then a host must have no other Lua or Jansson.
    fn hide_names(&self, out: &Path, objects: &[PathBuf]) -> Option<PathBuf> {
        let one = out.join("roster_vendored.o");
        let joined = run(self.command().args(["-r", "-nostdlib", "-o"]).arg(&one).args(objects));
        let hidden = joined.and_then(|()| {
            if is_for_apple() {
                return Ok(());
            }
            run(Command::new(&self.objcopy).args(["--wildcard", "--keep-global-symbol=roster_*"]).arg(&one))
        });
        match hidden {
            Ok(()) => Some(one),
            Err(why) => {
                println!(
                    "cargo:warning=the names of Lua and Jansson stay visible to the host: {}",
                    why.lines().next().unwrap_or_default()
                );
                None
            }
        }
    }
}

fn is_for_apple() -> bool {
    wanted("CARGO_CFG_TARGET_VENDOR") == "apple"
}

/// Apple's compiler makes code for both processors, and has to be told for which.
fn apple_flags() -> Vec<String> {
    let arch = wanted("CARGO_CFG_TARGET_ARCH").replace("aarch64", "arm64");
    ["-arch".to_string(), arch].into()
}

fn usual_compiler() -> String {
    let (target, host) = (wanted("TARGET"), wanted("HOST"));
    let (arch, last) = (target.split('-').next().unwrap_or_default(), target.rsplit('-').next().unwrap_or_default());
    let same_arch = host.split('-').next() == Some(arch);
    let mut candidates = Vec::new();
    if target == host || (is_for_apple() && host.contains("-apple-")) {
        candidates.push("cc".to_string());
    } else if is_for_apple() {
        candidates.push(format!("{arch}-apple-darwin-clang"));
    } else {
        let gcc = match arch {
            "armv7" => "arm",
            "i586" => "i686",
            "riscv64gc" => "riscv64",
            other => other,
        };
        candidates.push(format!("{gcc}-linux-{last}-gcc"));
    }
    if last == "musl" && same_arch {
        candidates.push("musl-gcc".to_string());
    }
    candidates.iter().find(|name| runs(name)).cloned().unwrap_or_else(|| {
        let (tried, name) = (candidates.join(", "), target.replace('-', "_"));
        give_up(&format!("no C compiler for {target}: {tried} does not run; name one in CC_{name}"))
    })
}

fn run(command: &mut Command) -> Result<(), String> {
    let said =
        command.output().map_err(|e| format!("{} does not run: {e}", command.get_program().to_string_lossy()))?;
    if said.status.success() {
        Ok(())
    } else {
        Err(format!("{}\n{command:?}", String::from_utf8_lossy(&said.stderr).trim()))
    }
}
