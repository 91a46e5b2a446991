//! The binary: arguments in, one flow or one server out.

use std::process::ExitCode;

fn main() -> ExitCode {
    stagemakelaar::cli::main()
}
