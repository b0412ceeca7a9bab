//! `/account`: the member's own page.

mod acts;
mod foreign;
mod lasting;
mod phone;
mod showing;
mod taken_back;

use scraper::{Html, Selector};

use crate::support::{Browser, Page, Stand};

/// The page of whoever is signed in in this browser.
async fn account(stand: &Stand, browser: &Browser) -> Page {
    let page = browser.get(&stand.address("/account")).await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")), "{}", page.text());
    page
}

/// The ids of the page's forms that begin so.
fn forms(page: &Page, prefix: &str) -> Vec<String> {
    let (html, forms) = (Html::parse_document(&page.body), Selector::parse("form[id]").unwrap());
    let ids = html.select(&forms).filter_map(|form| form.attr("id"));
    ids.filter(|id| id.starts_with(prefix)).map(str::to_owned).collect()
}

/// The form of the session that the page calls so.
fn session(page: &Page, nth: usize) -> String {
    forms(page, "session-")[nth].clone()
}

/// What the page says of the entry that holds this form.
fn entry(page: &Page, form: &str) -> String {
    let (html, entries) = (Html::parse_document(&page.body), Selector::parse(".things > li").unwrap());
    let form = Selector::parse(&format!("form[id=\"{form}\"]")).unwrap();
    let entry = html.select(&entries).find(|entry| entry.select(&form).next().is_some()).expect("an entry");
    entry.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
