//! Converts C strings to Rust strings and back. Knows nothing about models.
use std::ffi::{c_char, CStr, CString};

/// A string ends at its first invalid UTF-8; NULL is empty.
///
/// # Safety
/// `p` is NULL, or NUL-terminated and alive and unchanged for `'a`.
pub(crate) unsafe fn text<'a>(p: *const c_char) -> &'a str {
    // SAFETY: as promised by the caller.
    valid(unsafe { bytes(p) })
}

/// # Safety
/// As for [`text`].
pub(crate) unsafe fn text_or_none<'a>(p: *const c_char) -> Option<&'a str> {
    // SAFETY: as promised by the caller.
    (!p.is_null()).then(|| unsafe { text(p) })
}

/// # Safety
/// As for [`text`].
pub(crate) unsafe fn bytes<'a>(p: *const c_char) -> &'a [u8] {
    if p.is_null() {
        return b"";
    }
    // SAFETY: not NULL, and the rest is promised by the caller.
    unsafe { CStr::from_ptr(p) }.to_bytes()
}

/// The string in an array, up to its NUL.
pub(crate) fn in_array(array: &[c_char]) -> &str {
    // SAFETY: c_char and u8 have the same size and alignment, and the slice is as long as the array.
    let all = unsafe { std::slice::from_raw_parts(array.as_ptr().cast::<u8>(), array.len()) };
    valid(all.split(|byte| *byte == 0).next().unwrap_or_default())
}

fn valid(bytes: &[u8]) -> &str {
    let good = match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(e) => e.valid_up_to(),
    };
    std::str::from_utf8(&bytes[..good]).unwrap_or_default()
}

/// Calls a function that writes like snprintf until its output fits.
pub(crate) fn written(write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let mut room = vec![0_u8; 4096];
    loop {
        let needed = write(room.as_mut_ptr().cast(), room.len());
        if needed < room.len() {
            room.truncate(needed);
            return String::from_utf8_lossy(&room).into_owned();
        }
        room.resize(needed + 1, 0);
    }
}

/// None when the string contains a NUL, which a C string cannot represent.
pub(crate) fn c_text(text: impl Into<Vec<u8>>) -> Option<CString> {
    CString::new(text).ok()
}

/// For strings that may be cut: whatever follows a NUL is left out.
pub(crate) fn c_text_cut(text: &[u8]) -> CString {
    CString::new(text.split(|byte| *byte == 0).next().unwrap_or_default()).unwrap_or_default()
}

/// Overwrites a secret in a way that is not optimized away.
pub(crate) fn wipe(bytes: &mut [u8]) {
    for byte in bytes {
        // SAFETY: a reference to a byte may be written through.
        unsafe { std::ptr::write_volatile(byte, 0) };
    }
    std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
}

/// Wipes a string that C has already copied.
pub(crate) fn wipe_text(text: CString) {
    wipe(&mut text.into_bytes());
}
