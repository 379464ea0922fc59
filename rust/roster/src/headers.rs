use crate::text;
use roster_sys as sys;
use std::fmt;
use std::ptr::NonNull;

/// The headers of one request, the key among them. Wiped when dropped; `Debug` shows names only.
pub struct Headers {
    raw: NonNull<sys::roster_headers>,
}

// SAFETY: it owns what it points to, and the library reads it without touching anything else.
unsafe impl Send for Headers {}
// SAFETY: the functions that take it by reference only read.
unsafe impl Sync for Headers {}

impl Headers {
    pub(crate) fn of(raw: *mut sys::roster_headers) -> Option<Headers> {
        NonNull::new(raw).map(|raw| Headers { raw })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        // SAFETY: it lives as long as self.
        unsafe { sys::roster_headers_count(self.raw.as_ptr()) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names and values, in order. The values hold the key: hand them to the HTTP client and to nothing else.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.len()).map(|i| {
            // SAFETY: within the count; the texts live as long as self.
            unsafe {
                let header = &*sys::roster_headers_at(self.raw.as_ptr(), i);
                (text::of(header.name), text::of(header.value))
            }
        })
    }

    /// The value of a header, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.iter().map(|(name, _)| (name, "[redacted]"))).finish()
    }
}

impl Drop for Headers {
    fn drop(&mut self) {
        // SAFETY: owned, and dropped once.
        unsafe { sys::roster_headers_close(self.raw.as_ptr()) }
    }
}
