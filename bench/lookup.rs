// lookup: the cost of finding a model in Rust: HashMap<String, Arc<Model>> get and clone, compared with roster_find through extern "C" on a
// held snapshot. Both look up the same ids alternately, in a shuffled order.
//
//     lookup_rs           reads the definitions in $ROSTER_CONFIG, which have validate { level = "credential" }
//
// prints: models, ns of the map, ns of roster_find, and how many times faster roster_find is; medians of rounds.
use std::collections::HashMap;
use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::hint::black_box;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: usize = 31;
const LOOKUPS: usize = 300_000;

#[link(name = "roster")]
extern "C" {
    fn roster_open(out: *mut *mut c_void, options: *const c_void, err: *mut c_void) -> c_int;
    fn roster_refresh(r: *mut c_void, err: *mut c_void) -> c_int;
    fn roster_acquire(r: *mut c_void) -> *const c_void;
    fn roster_release(s: *const c_void);
    fn roster_close(r: *mut c_void);
    fn roster_count(s: *const c_void) -> usize;
    fn roster_at(s: *const c_void, index: usize) -> *const c_void;
    fn roster_find(s: *const c_void, id: *const c_char) -> *const c_void;
    fn roster_model_id(m: *const c_void) -> *const c_char;
    fn roster_model_alias_at(m: *const c_void, index: usize) -> *const c_char;
    fn roster_model_formerly_at(m: *const c_void, index: usize) -> *const c_char;
}

struct Model {
    _id: String,
}

type Map = HashMap<String, Arc<Model>>;

fn text(of: *const c_char) -> String {
    unsafe { CStr::from_ptr(of) }.to_str().expect("an id is UTF-8").to_owned()
}

/// Every spelling that roster knows, so that both contain the same.
fn add_names(map: &mut Map, m: *const c_void, list: unsafe extern "C" fn(*const c_void, usize) -> *const c_char, model: &Arc<Model>) {
    let mut index = 0;
    loop {
        let name = unsafe { list(m, index) };
        if name.is_null() {
            return;
        }
        map.insert(text(name), model.clone());
        index += 1;
    }
}

fn read_snapshot(s: *const c_void) -> (Vec<String>, Map) {
    let (mut ids, mut map) = (Vec::new(), Map::new());
    for i in 0..unsafe { roster_count(s) } {
        let m = unsafe { roster_at(s, i) };
        let id = text(unsafe { roster_model_id(m) });
        let model = Arc::new(Model { _id: id.clone() });
        map.insert(id.clone(), model.clone());
        add_names(&mut map, m, roster_model_alias_at, &model);
        add_names(&mut map, m, roster_model_formerly_at, &model);
        ids.push(id);
    }
    (ids, map)
}

fn shuffle(ids: &mut [String]) {
    let mut seed: u64 = 42;
    for i in (1..ids.len()).rev() {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ids.swap(i, (seed >> 33) as usize % (i + 1));
    }
}

fn measure<K>(keys: &[K], found: impl Fn(&K) -> bool) -> f64 {
    let (mut hits, mut at) = (0, 0);
    let began = Instant::now();
    for _ in 0..LOOKUPS {
        hits += found(black_box(&keys[at])) as usize;
        at += 1;
        if at == keys.len() {
            at = 0
        }
    }
    let took = began.elapsed().as_nanos() as f64 / LOOKUPS as f64;
    assert_eq!(hits, LOOKUPS, "an id was not found");
    took
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let mut r = null_mut();
    unsafe {
        assert_eq!(roster_open(&mut r, null(), null_mut()), 0, "the definitions cannot be opened");
        assert_eq!(roster_refresh(r, null_mut()), 0, "the definitions cannot be refreshed");
    }
    let s = unsafe { roster_acquire(r) };
    let (mut ids, map) = read_snapshot(s);
    assert!(!ids.is_empty(), "no model is usable");
    shuffle(&mut ids);
    let texts: Vec<CString> = ids.iter().map(|id| CString::new(id.as_str()).unwrap()).collect();
    let (mut by_map, mut by_roster, mut faster) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS + 2 {
        let map_ns = measure(&ids, |id: &String| black_box(map.get(id).cloned()).is_some());
        let roster_ns = measure(&texts, |id: &CString| !black_box(unsafe { roster_find(s, id.as_ptr()) }).is_null());
        if round >= 2 {
            by_map.push(map_ns);
            by_roster.push(roster_ns);
            faster.push(map_ns / roster_ns);
        }
    }
    println!("{} {:.2} {:.2} {:.3}", ids.len(), median(by_map), median(by_roster), median(faster));
    unsafe {
        roster_release(s);
        roster_close(r);
    }
}
