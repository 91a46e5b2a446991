//! The binary: arguments in, one flow or one server out.

fn main() {}
