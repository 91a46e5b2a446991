//! `/metrics`: what a watcher reads, and who may.

use crate::support::app::{TestApp, both};
use stagemakelaar::config::Config;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::Tally;
use stagemakelaar::web::metrics;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

fn read(app: &TestApp, token: Option<&str>) -> (u16, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let running = metrics::start(Arc::clone(&app.app), listener).unwrap();
    let mut request = reqwest::blocking::Client::new().get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().unwrap();
    let seen = (answer.status().as_u16(), answer.text().unwrap());
    running.stop().unwrap();
    seen
}

both! {
    fn metrics_tell_queues_mailboxes_ticks_and_pages_and_no_names(db) {
        let app = TestApp::start(db);
        let site = app.add_site("Zuid");
        let noor = app.sign_in_as(Role::Broker, site);
        assert_eq!(noor.get("/companies/999999").status, 404);
        let mut tally = Tally::default();
        tally.add("sent", 12);
        app.app.meter.ticked("deliver", Duration::from_millis(30), Some(&tally));
        app.app.meter.ticked("fetch", Duration::from_millis(30), None);
        let (status, text) = read(&app, None);
        assert_eq!(status, 200);
        for line in [
            "stagemakelaar_database_up 1",
            "stagemakelaar_outgoing_oldest_due_seconds 0",
            "stagemakelaar_tick_done_total{tick=\"deliver\",what=\"sent\"} 12",
            "stagemakelaar_tick_failures_total{tick=\"fetch\"} 1",
            "stagemakelaar_http_request_seconds_count{status=\"4xx\"} 1",
            "process_resident_memory_bytes ",
        ] {
            assert!(text.lines().any(|found| found.starts_with(line)), "{line} in {text}");
        }
        for private in ["Zuid", "loket", "broker"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
        assert_eq!(noor.get("/metrics").status, 404, "not where the pages are");
    }
}

both! {
    fn metrics_with_a_token_are_for_who_shows_it(db) {
        let app = TestApp::start_with(db, "[metrics]\ntoken = \"a-long-secret\"");
        assert_eq!(read(&app, None).0, 401);
        assert_eq!(read(&app, Some("another")).0, 401);
        assert_eq!(read(&app, Some("a-long-secret")).0, 200);
    }
}

#[test]
fn metrics_beyond_this_machine_need_a_token() {
    let refused = Config::parse("[metrics]\nlisten = \"0.0.0.0:9464\"", "own.toml").unwrap_err().to_string();
    assert!(refused.contains("line 2: `metrics.listen`: beyond this machine it needs a `metrics.token`"), "{refused}");
    let odd = Config::parse("[metrics]\nlisten = \"9464\"", "own.toml").unwrap_err().to_string();
    assert!(odd.contains("write it as 127.0.0.1:9464"), "{odd}");
    assert!(Config::parse("[metrics]\nlisten = \"127.0.0.1:9464\"", "own.toml").is_ok());
}
