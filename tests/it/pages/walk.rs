//! The walk itself: one window that opens each page once and looks at it four times.

use super::People;
use super::visits::{Visit, Who};
use crate::support::app::PASSWORD;
use crate::support::browser::{Browser, Rules, WIDTHS};
use thirtyfour::Cookie;
use thirtyfour::prelude::{By, ElementQueryable, WebDriverResult};

/// A window and what was found wrong so far.
pub struct Walk {
    browser: Browser,
    base_url: String,
    /// The cookie of a referrer's session.
    school: String,
    signed: Who,
    /// A sentence for each fault.
    found: Vec<String>,
}

const SPILL: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";
/// Fills fields and sends a form past the browser's own checks, so that the server's are seen.
const PRESS: &str = "const [form, typed] = [document.querySelector(arguments[0]), arguments[1]];
for (const [name, text] of typed) form.elements.namedItem(name).value = text;
form.noValidate = true; window.stays = true; form.requestSubmit();";

impl Walk {
    /// A window in which nobody is signed in.
    pub fn new(browser: Browser, base_url: String, school: String) -> Self {
        Self { browser, base_url, school, signed: Who::Visitor, found: Vec::new() }
    }

    /// Looks at all pages, and at what lies over them; closes the window and tells what was found.
    pub async fn all(mut self, visits: &[Visit], people: &People) -> WebDriverResult<Vec<String>> {
        self.browser.bring_axe().await?;
        for visit in visits {
            self.be(visit.who, people).await?;
            self.browser.look(WIDTHS[0], false).await?;
            self.open(&visit.path).await?;
            if !visit.press.is_empty() {
                self.press(visit).await?;
            }
            let status: u16 = self.browser.driver.execute(STATUS, vec![]).await?.convert()?;
            if status != visit.status {
                self.found.push(format!("{} ({}): {status}", visit.name, visit.path));
            }
            if visit.bare {
                // No script acts in a letter, axe-core's neither; its words and colours are its writer's.
                self.browser.picture(&format!("{}-{}-light", visit.name, WIDTHS[0])).await?;
            } else {
                self.look(&visit.name).await?;
            }
        }
        if visits.iter().any(|visit| visit.path == "/" && visit.who == Who::Chief) {
            self.be(Who::Chief, people).await?;
            self.over().await?;
        }
        self.browser.quit().await;
        Ok(self.found)
    }

    async fn open(&self, path: &str) -> WebDriverResult<()> {
        self.browser.driver.goto(format!("{}{path}", self.base_url)).await
    }

    async fn press(&mut self, visit: &Visit) -> WebDriverResult<()> {
        let typed = serde_json::to_value(visit.typed).unwrap();
        if let Err(error) = self.browser.driver.execute(PRESS, vec![visit.press.into(), typed]).await {
            self.found.push(format!("{}: no form to send: {error}", visit.name));
            return Ok(());
        }
        // The new document has forgotten what this one was told.
        for _ in 0..200 {
            let there = "return document.readyState === 'complete' && !window.stays";
            if self.browser.driver.execute(there, vec![]).await.is_ok_and(|said| said.convert().unwrap_or(false)) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        self.found.push(format!("{}: the form was not answered", visit.name));
        Ok(())
    }

    /// Signs in as somebody else where that is needed.
    async fn be(&mut self, who: Who, people: &People) -> WebDriverResult<()> {
        if self.signed == who {
            return Ok(());
        }
        self.browser.driver.delete_all_cookies().await?;
        self.signed = who;
        let email = match who {
            Who::Visitor => return Ok(()),
            Who::School => {
                self.open("/for-schools").await?;
                return self.browser.driver.add_cookie(Cookie::new("school", self.school.as_str())).await;
            }
            Who::Chief => people.chief,
            Who::Fresh => people.fresh,
            Who::Researcher => people.researcher,
        };
        self.open("/sign-in").await?;
        self.browser.driver.find(By::Name("email")).await?.send_keys(email).await?;
        self.browser.driver.find(By::Name("password")).await?.send_keys(PASSWORD).await?;
        self.browser.driver.find(By::Css("form.stack button")).await?.click().await?;
        self.browser.driver.query(By::Css("main h1")).first().await?;
        Ok(())
    }

    /// The palette, the list of keys and the menu of a telephone.
    async fn over(&mut self) -> WebDriverResult<()> {
        self.browser.look(WIDTHS[0], false).await?;
        self.open("/").await?;
        for (name, id) in [("palette", "palette"), ("keys", "keys"), ("menu", "more")] {
            let show = format!("document.getElementById('{id}').showPopover()");
            self.browser.driver.execute(show, vec![]).await?;
            self.look(name).await?;
            self.browser.driver.execute(format!("document.getElementById('{id}').hidePopover()"), vec![]).await?;
        }
        Ok(())
    }

    /// Everything wrong with the page that is open, at both widths, light and dark.
    async fn look(&mut self, name: &str) -> WebDriverResult<()> {
        for width in WIDTHS {
            for dark in [false, true] {
                self.browser.look(width, dark).await?;
                let shade = if dark { "dark" } else { "light" };
                self.browser.picture(&format!("{name}-{width}-{shade}")).await?;
                // In the dark only colours are others.
                let rules = if dark { Rules::Colours } else { Rules::All };
                let faults = self.browser.axe(rules).await?;
                self.found.extend(faults.into_iter().map(|fault| format!("{name} {width} {shade}: {fault}")));
                let spill: i64 = self.browser.driver.execute(SPILL, vec![]).await?.convert()?;
                if spill > 0 {
                    self.found.push(format!("{name} {width} {shade}: scrolls sideways by {spill} pixels"));
                }
            }
        }
        Ok(())
    }
}
