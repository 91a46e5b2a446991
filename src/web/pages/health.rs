//! Whether this process can do its work: asked by whoever watches it, without a session.

use crate::app::App;
use crate::store::{DbError, sites};
use crate::web::bridge::attempt;
use actix_web::HttpResponse;
use actix_web::web::Data;

/// `GET /healthz`
pub async fn healthz(app: Data<App>) -> HttpResponse {
    if app.leaving.asked() {
        return HttpResponse::ServiceUnavailable().content_type("text/plain").body("it leaves\n");
    }
    match attempt(&app, |app| app.db.read(|conn| sites::all(conn).map(|_| ()))).await {
        Ok(Ok::<(), DbError>(())) => HttpResponse::Ok().content_type("text/plain").body("ok\n"),
        Ok(Err(_)) | Err(_) => {
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("the database does not answer\n")
        }
    }
}
