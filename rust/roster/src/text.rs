//! Texts on their way between Rust and C.

use std::ffi::{c_char, CStr, CString};

/// The text at a pointer; "" for NULL, and where it is no UTF-8, which the library never gives.
///
/// # Safety
/// NULL, or NUL-terminated and valid for 'a.
pub(crate) unsafe fn of<'a>(text: *const c_char) -> &'a str {
    if text.is_null() {
        return "";
    }
    // SAFETY: what the caller promises.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("")
}

/// None for NULL and for "".
///
/// # Safety
/// As [`of`].
pub(crate) unsafe fn some<'a>(text: *const c_char) -> Option<&'a str> {
    // SAFETY: what the caller promises.
    Some(unsafe { of(text) }).filter(|text| !text.is_empty())
}

/// For C, which ends a text at its first NUL byte: what stands behind one is left out.
pub(crate) fn to_c(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or("")).unwrap_or_default()
}

/// An id for C. One with a NUL byte in it must not become another id: it becomes one that nothing has.
pub(crate) fn id_to_c(id: &str) -> CString {
    CString::new(id.replace('\0', "\u{fffd}")).unwrap_or_default()
}

pub(crate) fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// Calls a function of the library that writes like snprintf until all of it fits.
pub(crate) fn written(write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let mut bytes = vec![0u8; 4096];
    loop {
        let needed = write(bytes.as_mut_ptr().cast(), bytes.len());
        if needed < bytes.len() {
            bytes.truncate(needed);
            return String::from_utf8(bytes).unwrap_or_default();
        }
        bytes.resize(needed + 1, 0);
    }
}
