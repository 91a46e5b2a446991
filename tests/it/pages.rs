//! Every page as people see it: in Chromium, light and dark, on a desk and on a telephone, with nothing that shuts
//! anybody out. The pictures are in `target/screenshots`.

use crate::support::app::{Backend, PASSWORD, TestApp};
use crate::support::browser::{Browser, WIDTHS};
use stagemakelaar::domain::account::TokenPurpose;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::accounts;
use thirtyfour::prelude::{By, ElementQueryable, WebDriverResult};

/// Pages of who is signed in as a coordinator: name of the picture, path.
const PAGES: [(&str, &str); 7] = [
    ("today", "/"),
    ("settings", "/settings"),
    ("profile", "/settings/profile"),
    ("users", "/settings/users"),
    ("user", "/settings/users/1"),
    ("audit", "/settings/audit"),
    ("not-found", "/nowhere"),
];

/// Everything wrong with the page that is open, at both widths, light and dark.
async fn faults(browser: &Browser, name: &str) -> WebDriverResult<Vec<String>> {
    let mut found = Vec::new();
    for width in WIDTHS {
        for dark in [false, true] {
            browser.look(width, dark).await?;
            let shade = if dark { "dark" } else { "light" };
            browser.picture(&format!("{name}-{width}-{shade}")).await?;
            found.extend(browser.axe().await?.into_iter().map(|fault| format!("{name} {width} {shade}: {fault}")));
            let spill = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let spill: i64 = browser.driver.execute(spill, vec![]).await?.convert()?;
            if spill > 0 {
                found.push(format!("{name} {width} {shade}: scrolls sideways by {spill} pixels"));
            }
        }
    }
    Ok(found)
}

async fn walk(app: &TestApp, browser: &Browser, link: &str) -> WebDriverResult<Vec<String>> {
    let open = async |path: &str| browser.driver.goto(format!("{}{path}", app.base_url)).await;
    let mut found = Vec::new();
    for (name, path) in [("sign-in", "/sign-in"), ("forgotten", "/sign-in/forgotten"), ("choose", link)] {
        open(path).await?;
        found.extend(faults(browser, name).await?);
    }
    browser.look(WIDTHS[0], false).await?;
    open("/sign-in").await?;
    browser.driver.find(By::Name("email")).await?.send_keys("noor@loket.example").await?;
    let password = browser.driver.find(By::Name("password")).await?;
    password.send_keys(PASSWORD).await?;
    browser.driver.find(By::Css("form.stack button")).await?.click().await?;
    browser.driver.query(By::Css(".nav")).first().await?;
    for (name, path) in PAGES {
        open(path).await?;
        found.extend(faults(browser, name).await?);
    }
    browser.look(WIDTHS[0], false).await?;
    open("/").await?;
    for (name, id) in [("palette", "palette"), ("keys", "keys"), ("menu", "more")] {
        let show = format!("document.getElementById('{id}').showPopover()");
        browser.driver.execute(show, vec![]).await?;
        found.extend(faults(browser, name).await?);
        browser.driver.execute(format!("document.getElementById('{id}').hidePopover()"), vec![]).await?;
    }
    Ok(found)
}

#[tokio::test]
async fn no_page_shuts_anybody_out() {
    let (app, browser) = (tokio::task::spawn_blocking(world).await.unwrap(), Browser::start().await);
    let (app, link) = app;
    let found = walk(&app, &browser, &link).await.unwrap();
    browser.quit().await;
    tokio::task::spawn_blocking(move || drop(app)).await.unwrap();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn world() -> (TestApp, String) {
    let app = TestApp::start(Backend::Sqlite);
    let site = app.add_site("Nieuw-West");
    app.add_user("noor@loket.example", Role::Coordinator, &[site]);
    let sam = app.add_user("sam@loket.example", Role::Broker, &[site]);
    let mail = accounts::make_link(app.db(), sam, TokenPurpose::Reset, app.clock.now()).unwrap().unwrap();
    (app, mail.path())
}
