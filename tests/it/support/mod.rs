//! The world around the product, as real as it gets: one file per server, each started by the test that needs it, on free
//! ports, in a folder of its own, gone when its handle is dropped.

pub mod postgres;
pub mod processes;
