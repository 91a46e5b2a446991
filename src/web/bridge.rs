//! The one async seam: everything that touches the database or hashes a password runs on the blocking pool.

use super::error::Error;
use crate::app::App;
use actix_web::web::{Data, block};
use anyhow::anyhow;

/// Asks the store or runs a flow; any error becomes the page for what we did not foresee.
pub async fn ask<T, E>(app: &Data<App>, act: impl FnOnce(&App) -> Result<T, E> + Send + 'static) -> Result<T, Error>
where
    T: Send + 'static,
    E: Into<anyhow::Error> + Send + 'static,
{
    attempt(app, act).await?.map_err(|error| Error::Unknown(error.into()))
}

/// Runs a flow whose own errors the handler turns into sentences.
pub async fn attempt<T, E>(
    app: &Data<App>,
    act: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<Result<T, E>, Error>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let app = Data::clone(app);
    block(move || act(&app)).await.map_err(|_| Error::Unknown(anyhow!("a blocking call was cancelled or panicked")))
}
