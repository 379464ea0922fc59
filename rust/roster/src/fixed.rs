//! A value that C holds a pointer to: it does not move until it is dropped.
use std::ptr::NonNull;

pub(crate) struct Fixed<T>(NonNull<T>);

impl<T> Fixed<T> {
    pub(crate) fn new(value: T) -> Self {
        Fixed(NonNull::from(Box::leak(Box::new(value))))
    }

    pub(crate) fn get(&self) -> &T {
        // SAFETY: it came from a box, and is freed only by drop.
        unsafe { self.0.as_ref() }
    }

    pub(crate) fn pointer(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T> Drop for Fixed<T> {
    fn drop(&mut self) {
        // SAFETY: it came from a box, and nothing else frees it.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

// SAFETY: it owns its value as a box does.
unsafe impl<T: Send> Send for Fixed<T> {}
// SAFETY: as above; only shared references are given out.
unsafe impl<T: Sync> Sync for Fixed<T> {}
