//! The pages of `docs/clients` for tools that companies have: what each says that its tool reads is what the client it
//! registers would get.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::claims::told;
use crate::support::{Client, Program, Setup};

const TOOLS: [&str; 6] = ["grafana", "gitlab", "gitea", "harbor", "jenkins", "nextcloud"];

fn page(tool: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/clients/{tool}.md"));
    fs::read_to_string(file).expect("a page")
}

/// What the page registers, with a secret in the place of the environment's.
fn registered(page: &str) -> String {
    let (_, rest) = page.split_once("```toml\n").expect("a block");
    let (block, _) = rest.split_once("\n```").expect("its end");
    let (before, name) = block.split_once("${").expect("a secret");
    let (_, after) = name.split_once('}').expect("its end");
    format!("{before}secret-of-a-tool-0123456789abcdef{after}")
}

/// The rows of the table: claim, and what 张三 gets where it can be told beforehand.
fn reads(page: &str) -> Vec<(String, Option<Value>)> {
    let (_, chapter) = page.split_once("\n## What ").expect("the chapter");
    let chapter = chapter.split_once("\n## ").expect("its end").0;
    let word = |cell: &str| cell.trim().trim_matches('`').to_owned();
    let rows = chapter.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let cells: Vec<&str> = line.split('|').collect();
        let value = word(cells[2]);
        let json = || serde_json::from_str(&value).unwrap_or_else(|_| Value::from(value.as_str()));
        (word(cells[1]), (!value.is_empty()).then(json))
    });
    rows.collect()
}

#[tokio::test]
async fn each_page_of_a_tool_says_exactly_what_the_client_it_registers_would_get() {
    let blocks: String = TOOLS.map(|tool| registered(&page(tool)) + "\n").concat();
    let program = Program::start(Setup::of([Client::new("app")]).tables(&blocks)).await;
    for tool in TOOLS {
        let page = page(tool);
        let (_, told) = told(&program, &["--client", tool, "--member", "zhangsan"]).await;
        assert_eq!((&told["may_enter"], &told["phone_first"]), (&true.into(), &false.into()), "{tool}: {told}");
        let rows = reads(&page);
        assert!(rows.len() >= 4, "{tool}: {rows:?}");
        for (claim, expected) in rows {
            let given = told["userinfo"].get(&claim).unwrap_or_else(|| panic!("{tool} reads {claim}: {told}"));
            assert_eq!(expected.as_ref().unwrap_or(given), given, "{tool} reads {claim}");
        }
        // What the tool asks for is what it is registered for, whatever stands between the words.
        let scope = told["scope"].as_str().expect("scopes").to_owned();
        let words: Vec<&str> = scope.split(' ').collect();
        let written = page.split("```toml").nth(1).and_then(|rest| rest.split_once("\n```")).expect("a block").1;
        assert!(words.iter().all(|word| *word == "openid" || written.contains(word)), "{tool} asks for {scope}");
        assert!(page.contains(" itself was not run.**"), "{tool}");
        assert!(page.contains(&format!("https://login.example.com/open/{tool}")), "{tool}");
    }
}
