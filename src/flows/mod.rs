//! Does. One file per thing the product does; flows own the transactions and never see `App` or `Config`.

pub mod settings;
