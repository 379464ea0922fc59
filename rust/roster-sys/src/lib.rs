//! The C API of roster as it stands in `roster.h`, which is also its documentation. The crate `roster` is the safe way to it.
//!
//! Names are those of the header. What the header says about NULL, threads, and how long pointers live, holds here too.
#![no_std]
#![allow(non_camel_case_types)]

#[rustfmt::skip]
mod functions;
#[rustfmt::skip]
mod types;

pub use functions::*;
pub use types::*;
