//! How a host sends its own requests, and their headers: the only place where a secret leaves roster.
use crate::model::Model;
use crate::snapshot::Snapshot;
use crate::text::{bytes, text};
use roster_sys as sys;
use std::fmt;
use std::ptr::NonNull;

/// How to send requests to one model of a snapshot.
#[derive(Clone, Copy)]
pub struct Service<'s> {
    raw: NonNull<sys::roster_service>,
    model: Model<'s>,
}

// SAFETY: it is a reference into a snapshot, which never changes.
unsafe impl Send for Service<'_> {}
// SAFETY: as above.
unsafe impl Sync for Service<'_> {}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> &'s str {
            // SAFETY: the service belongs to a snapshot that is held for 's, and its strings live as long.
            unsafe { text(sys::$getter(self.raw())) }
        }
    )*};
}

impl<'s> Service<'s> {
    pub(crate) fn new(raw: *const sys::roster_service, model: Model<'s>) -> Option<Self> {
        Some(Service { raw: NonNull::new(raw.cast_mut())?, model })
    }

    pub(crate) fn raw(&self) -> *const sys::roster_service {
        self.raw.as_ptr()
    }

    /// The model that it reaches, for limits, prices and capabilities.
    pub fn model(&self) -> Model<'s> {
        self.model
    }

    texts! {
        /// `"POST"`.
        method = roster_service_method;
        /// The URL.
        url = roster_service_url;
        /// The model's name on the wire.
        api_name = roster_service_api_name;
        /// The wire protocol.
        protocol = roster_service_protocol;
        /// What the protocol's official SDK takes as its base URL, so that it sends its requests to the URL; `""` where none leads there.
        sdk_base_url = roster_service_sdk_base_url;
        /// The version of the API that such an SDK has to be told besides; `""` where there is none.
        sdk_api_version = roster_service_sdk_api_version;
        /// The header that the key goes into; `""` unless it goes into one.
        auth_header = roster_service_auth_header;
        /// What precedes the key in its header: `"Bearer"` or `""`.
        auth_scheme = roster_service_auth_scheme;
        /// The environment variable that holds the key; `""` when it comes from elsewhere.
        auth_variable = roster_service_auth_variable;
        /// The proxy that the blocks name; `""` for none.
        proxy = roster_service_proxy;
        /// A PEM bundle to trust in place of the system's; `""` for none.
        ca_file = roster_service_ca_file;
        /// A PEM client certificate; `""` for none.
        client_cert = roster_service_client_cert;
        /// The key of that certificate, PEM; `""` for none.
        client_key = roster_service_client_key;
        /// Members to add to the request body, as a JSON object: `{}`, or the tags of LLM_REQUEST_TAGS.
        body = roster_service_body;
    }

    /// Where the key goes: `"header"`, `"aws_sigv4"` or `"none"`.
    pub fn auth(&self) -> &'static str {
        // SAFETY: the service belongs to a snapshot that is held, and the name is static.
        unsafe { text(sys::roster_auth_name(sys::roster_service_auth(self.raw()))) }
    }
}

impl fmt::Debug for Service<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("model", &self.model.id()).field("url", &self.url()).finish_non_exhaustive()
    }
}

/// The headers of one request, with their secrets. Debug shows their names only. Wiped when they are dropped.
pub struct Headers {
    raw: NonNull<sys::roster_headers>,
    _of: Snapshot, // owns some of their strings
}

// SAFETY: they are the caller's alone and never change.
unsafe impl Send for Headers {}
// SAFETY: as above.
unsafe impl Sync for Headers {}

impl Headers {
    pub(crate) fn new(raw: NonNull<sys::roster_headers>, of: Snapshot) -> Self {
        Headers { raw, _of: of }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        // SAFETY: they are open.
        unsafe { sys::roster_headers_count(self.raw.as_ptr()) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        (0..self.len()).filter_map(|i| {
            // SAFETY: they are open, and stay so as long as self is borrowed; past their end there is NULL.
            let header = unsafe { sys::roster_headers_at(self.raw.as_ptr(), i).as_ref() }?;
            // SAFETY: as above.
            Some(unsafe { (text(header.name), bytes(header.value)) })
        })
    }

    /// The value of a header; the case of its name does not matter.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Drop for Headers {
    fn drop(&mut self) {
        // SAFETY: they are open, and nothing borrows from them any more.
        unsafe { sys::roster_headers_close(self.raw.as_ptr()) };
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, _)| (name, format_args!("[redacted]")))).finish()
    }
}
