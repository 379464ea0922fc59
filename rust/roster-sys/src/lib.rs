//! The C API of roster as declared in `roster.h`, which is also its documentation. The crate `roster` is the safe interface.
//!
//! Names are those of the header. Its rules about NULL, threads and the lifetime of pointers apply here too.
#![no_std]
#![allow(non_camel_case_types)]

#[rustfmt::skip]
mod functions;
#[rustfmt::skip]
mod types;

pub use functions::*;
pub use types::*;
