//! The pages by keyboard alone: the way past the menu, a focus that is seen, letters read and decided with single
//! keys, and the palette.

use super::{PEOPLE, town};
use crate::support::app::PASSWORD;
use crate::support::browser::{Browser, WIDTHS};
use crate::support::town::texts;
use serde_json::{Value, json};
use thirtyfour::prelude::{By, ElementQueryable, WebDriverResult};

/// Whether the element that has the focus shows it, by a line around it or around what it stands in.
const SEEN: &str = "let node = document.activeElement;
const ring = (node) => { const look = getComputedStyle(node);
  return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none'; };
const box = node.getBoundingClientRect();
return node === document.body || (box.width > 0 && box.height > 0 && (ring(node) || ring(node.parentElement)));";

/// The keys without a letter, as signs of their own.
const TAB: char = '\t';
const ENTER: char = '\n';

struct Hands(Browser, String);

impl Hands {
    async fn open(&self, path: &str) -> WebDriverResult<()> {
        self.0.driver.goto(format!("{}{path}", self.1)).await?;
        self.painted().await
    }

    /// Waits until the page stands on the screen: a browser drops the keys that are pressed before that.
    async fn painted(&self) -> WebDriverResult<()> {
        let ask = "if (!window.asked) { window.asked = true;
            requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = true; })); }
            return document.readyState === 'complete' && window.painted === true;";
        for _ in 0..800 {
            if self.ask::<bool>(ask).await.unwrap_or(false) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the page is never painted")
    }

    /// Presses keys one after the other. Straight into the browser: chromedriver's own actions press a key twice where
    /// it leads to another page meanwhile.
    async fn press(&self, keys: &str) -> WebDriverResult<()> {
        for key in keys.chars() {
            let key = match key {
                TAB => json!({ "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 }),
                ENTER => json!({ "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" }),
                letter => json!({ "key": letter, "text": letter }),
            };
            self.stroke(key).await?;
        }
        Ok(())
    }

    async fn stroke(&self, mut key: Value) -> WebDriverResult<()> {
        for half in ["keyDown", "keyUp"] {
            key["type"] = half.into();
            self.0.driver.cdp().send_raw("Input.dispatchKeyEvent", key.clone()).await?;
        }
        Ok(())
    }

    async fn ask<T: serde::de::DeserializeOwned>(&self, script: &str) -> WebDriverResult<T> {
        self.0.driver.execute(script, vec![]).await?.convert()
    }

    /// Waits until the window is at a path that this is true of.
    async fn at(&self, there: impl Fn(&str) -> bool) -> WebDriverResult<String> {
        let mut path = String::new();
        for _ in 0..800 {
            let asked = "return document.readyState === 'complete' ? location.pathname + location.search : ''";
            path = self.ask(asked).await.unwrap_or_default();
            if there(&path) {
                self.painted().await?;
                return Ok(path);
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the window stays at {path}")
    }

    /// Waits until the focus is on the link that leads there.
    async fn focused(&self, href: &str) -> WebDriverResult<()> {
        let mut found = None;
        for _ in 0..200 {
            found = self.ask::<Option<String>>("return document.activeElement.getAttribute('href')").await?;
            if found.as_deref() == Some(href) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the focus is on {found:?}, not on {href}")
    }

    async fn sign_in(&self) -> WebDriverResult<()> {
        self.open("/sign-in").await?;
        self.0.driver.find(By::Name("email")).await?.send_keys(PEOPLE.chief).await?;
        self.0.driver.find(By::Name("password")).await?.send_keys(PASSWORD).await?;
        self.press(&ENTER.to_string()).await?;
        self.0.driver.query(By::Css(".nav")).first().await?;
        Ok(())
    }

    /// Tab leads past the menu at once, and every stop after it is seen.
    async fn focus(&self) -> WebDriverResult<()> {
        for path in ["/", "/companies", "/inbox", "/settings/profile"] {
            self.open(path).await?;
            self.press(&TAB.to_string()).await?;
            self.focused("#content").await?;
            for stop in 0..25 {
                assert!(self.ask::<bool>(SEEN).await?, "{path}: stop {stop} is not seen");
                self.press(&TAB.to_string()).await?;
            }
        }
        self.open("/").await?;
        self.press(&TAB.to_string()).await?;
        self.press(&ENTER.to_string()).await?;
        assert_eq!(self.ask::<String>("return document.activeElement.id").await?, "content");
        Ok(())
    }

    /// J and K go through the letters, E, R and A decide, Enter goes on.
    async fn inbox(&self) -> WebDriverResult<()> {
        self.open("/inbox").await?;
        self.press("j").await?;
        let second = self.at(|path| path.starts_with("/inbox/")).await?;
        self.press("j").await?;
        let third = self.at(|path| path.starts_with("/inbox/") && path != second).await?;
        self.press("k").await?;
        assert_eq!(self.at(|path| path.starts_with("/inbox/") && path != third).await?, second);
        Ok(())
    }

    async fn decide(&self, letter: &str) -> WebDriverResult<()> {
        let open = "return document.querySelectorAll('.suggestion:not(.is-done)').length";
        self.open(letter).await?;
        let before: i64 = self.ask(open).await?;
        self.press("e").await?;
        self.at(|path| path.contains("?edit=")).await?;
        self.open(letter).await?;
        self.press("r").await?;
        self.0.driver.query(By::Css(".suggestion.is-done")).first().await?;
        assert_eq!(self.ask::<i64>(open).await?, before - 1);
        self.0.driver.find(By::Css(".suggestion.is-done button")).await?.click().await?;
        self.0.driver.query(By::Css(".suggestion.is-focus")).first().await?;
        self.open(letter).await?;
        self.press("a").await?;
        self.0.driver.query(By::Css(".suggestion.is-done")).first().await?;
        self.press(&ENTER.to_string()).await?;
        self.at(|path| path != letter && path.starts_with("/inbox")).await?;
        Ok(())
    }

    /// Ctrl K finds a company by its name, however fast it is typed.
    async fn palette(&self, company: &str) -> WebDriverResult<()> {
        self.open("/").await?;
        self.stroke(json!({ "key": "k", "code": "KeyK", "windowsVirtualKeyCode": 75, "modifiers": 2 })).await?;
        // In one go, as somebody who knows what they look for.
        self.press(&format!("{company}{ENTER}")).await?;
        self.at(|path| path.starts_with("/companies/")).await?;
        assert!(self.0.driver.find(By::Css("h1")).await?.text().await?.contains(company));
        Ok(())
    }
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    let world = tokio::task::spawn_blocking(|| {
        let (town, _) = town();
        let here = town.here;
        let letter = format!(
            "SELECT '/inbox/' || CAST(incoming_id AS text) AS text FROM suggestions WHERE kind = 'opening' AND site_id = {here} LIMIT 1"
        );
        let letter = texts(&town.app, &letter).remove(0);
        (town, letter)
    });
    let (browser, world) = (Browser::start().await, world.await.unwrap());
    let (town, letter) = world;
    let hands = Hands(browser, town.app.base_url.clone());
    let done = tokio::spawn(async move {
        hands.0.look(WIDTHS[0], false).await.unwrap();
        hands.sign_in().await.unwrap();
        hands.focus().await.unwrap();
        hands.inbox().await.unwrap();
        hands.decide(&letter).await.unwrap();
        hands.palette("Café Oktober").await.unwrap();
        hands.0.quit().await;
    });
    let done = done.await;
    // The server ends outside of a runtime, also when a step failed.
    tokio::task::spawn_blocking(move || drop(town)).await.unwrap();
    done.unwrap();
}
