//! A real Chromium, driven by chromedriver, with axe-core looking for what shuts people out.

use super::processes::{RunFolder, Server, free_port, listens, project};
use serde_json::json;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use thirtyfour::prelude::{DesiredCapabilities, WebDriver, WebDriverResult};
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};

const OPTIONS: [&str; 7] = [
    "--headless=new",
    // The tests' own namespaces stand in for Chromium's sandbox, which cannot be made inside them.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--user-data-dir=/mnt/profile",
];

/// The widths at which every page is looked at, in CSS pixels.
pub const WIDTHS: [u32; 2] = [1440, 390];

const AXE: &str = "const done = arguments[arguments.length - 1];
const wide = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const what = arguments[0] === 'all' ? { type: 'tag', values: wide } : { type: 'rule', values: ['color-contrast'] };
axe.run(document, { runOnly: what, iframes: false, resultTypes: ['violations'], elementRef: false }).then(
  found => done(found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id} (${rule.impact}) at ${node.target.join(' ')}: ${node.failureSummary}`))),
  error => done([String(error)]));";

/// Which of axe-core's rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// WCAG 2.2 A and AA, and what is good practice.
    All,
    /// Contrast alone, for a page that was asked all else before.
    Colours,
}

/// A session of chromedriver. Where many start at once a Chromium ends now and then before it says anything; that one is
/// started anew.
async fn opened(server: &str, wanted: ChromeCapabilities) -> WebDriver {
    for _ in 0..2 {
        match WebDriver::new(server, wanted.clone()).await {
            Ok(driver) => return driver,
            Err(error) => eprintln!("Chromium did not start: {error}"),
        }
    }
    WebDriver::new(server, wanted).await.unwrap()
}

/// A running Chromium with one window.
#[derive(Debug)]
pub struct Browser {
    /// The session: pages, elements, clicks. Never dropped: after a panic its own drop waits two minutes for an answer.
    pub driver: ManuallyDrop<WebDriver>,
    server: Server,
    _folder: RunFolder,
}

impl Browser {
    /// Starts chromedriver and a Chromium of its own, with an empty profile.
    pub async fn start() -> Self {
        let folder = RunFolder::new("browser");
        let port = free_port();
        let server = Server::start(&folder, "chromedriver", &["/usr/bin/chromedriver", &format!("--port={port}")])
            .until(|| listens(port));
        let mut wanted = DesiredCapabilities::chrome();
        for option in OPTIONS {
            wanted.add_arg(option).unwrap();
        }
        wanted.set_binary("/usr/bin/chromium").unwrap();
        let driver = opened(&format!("http://127.0.0.1:{port}"), wanted).await;
        Self { driver: ManuallyDrop::new(driver), server, _folder: folder }
    }

    /// Makes the page `width` CSS pixels wide, and light or dark as the reader's system would ask.
    pub async fn look(&self, width: u32, dark: bool) -> WebDriverResult<()> {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Gives axe-core to every document that is opened from now on, so that it is sent once.
    pub async fn bring_axe(&self) -> WebDriverResult<()> {
        let axe = fs::read_to_string(project().join("target/tools/axe.min.js")).unwrap();
        let script = json!({ "source": axe });
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// What axe-core finds on the page as it is now, a sentence for each place; empty when nothing is wrong. Framed
    /// documents are pages of their own.
    pub async fn axe(&self, rules: Rules) -> WebDriverResult<Vec<String>> {
        let which = if rules == Rules::All { "all" } else { "colours" };
        self.driver.execute_async(AXE, vec![which.into()]).await?.convert()
    }

    /// Saves a picture of the window as `target/screenshots/NAME.png`.
    pub async fn picture(&self, name: &str) -> WebDriverResult<PathBuf> {
        let folder = project().join("target/screenshots");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, self.driver.screenshot_as_png().await?).unwrap();
        Ok(file)
    }

    /// Closes it. A test that panics may leave this out: Chromium dies with the handle.
    pub async fn quit(self) {
        let Self { mut server, driver, .. } = self;
        let _ = WebDriver::clone(&driver).quit().await;
        server.kill();
    }
}
