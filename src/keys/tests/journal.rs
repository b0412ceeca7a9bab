//! The journal of renames and generations.

use std::fs;
use std::io::Write as _;

use super::*;
use crate::domain::ids::CorpId;
use crate::keys::{KeyError, SubjectLine};

fn line(userid: &str, generation: u32) -> SubjectLine {
    SubjectLine {
        corp_id: CorpId::parse("ww0123456789abcdef").unwrap(),
        userid: userid.to_owned(),
        derived_from: "zhangsan".to_owned(),
        generation,
        since: START,
    }
}

#[test]
fn lines_are_read_in_the_order_they_were_added_also_after_a_restart() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    assert_eq!(keys.subjects_journal().read_all().unwrap(), []);
    let lines = [line("zhang.san", 1), line("zhangsan", 2), line("zhangsan", 3)];
    for line in &lines {
        keys.subjects_journal().append(line).unwrap();
    }
    assert_eq!(folder.open().unwrap().subjects_journal().read_all().unwrap(), lines);
    let first = r#"{"v":1,"corp_id":"ww0123456789abcdef","userid":"zhang.san","derived_from":"zhangsan","generation":1,"since":1790000000}"#;
    assert_eq!(folder.read("subjects.jsonl").lines().next(), Some(first));
}

#[test]
fn a_line_torn_by_a_kill_never_counted_and_is_replaced_by_the_next() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    keys.subjects_journal().append(&line("a", 1)).unwrap();
    let whole = folder.read("subjects.jsonl");
    for cut in 1..whole.len() - 1 {
        folder.write("subjects.jsonl", &format!("{whole}{}", &whole[..cut]));
        assert_eq!(keys.subjects_journal().read_all().unwrap(), [line("a", 1)], "cut at {cut}");
    }
    keys.subjects_journal().append(&line("b", 1)).unwrap();
    assert_eq!(keys.subjects_journal().read_all().unwrap(), [line("a", 1), line("b", 1)]);
}

#[test]
fn a_last_line_without_its_end_that_is_whole_is_kept() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    keys.subjects_journal().append(&line("a", 1)).unwrap();
    let whole = folder.read("subjects.jsonl");
    folder.write("subjects.jsonl", whole.trim_end());
    keys.subjects_journal().append(&line("b", 1)).unwrap();
    assert_eq!(keys.subjects_journal().read_all().unwrap(), [line("a", 1), line("b", 1)]);
}

#[test]
fn a_damaged_line_or_one_of_a_newer_version_stops_the_start() {
    let folder = TestFolder::started();
    folder.open().unwrap().subjects_journal().append(&line("a", 1)).unwrap();
    let whole = folder.read("subjects.jsonl");
    let told = |text: &str| {
        folder.write("subjects.jsonl", text);
        folder.refusal()
    };
    let damaged = told(&format!("{whole}x\n{whole}"));
    assert!(damaged.to_string().contains("line 2 cannot be read"), "{damaged}");
    assert!(matches!(told(&whole.replace("\"generation\":1,", "")), KeyError::Damaged { .. }));
    assert!(matches!(told(&whole.replace("\"v\":1", "\"v\":2")), KeyError::OtherVersion { found: 2, .. }));
}

#[test]
fn many_threads_add_whole_lines() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let keys = &keys;
            scope.spawn(move || {
                for generation in 1..=5 {
                    keys.subjects_journal().append(&line(&format!("user{thread}"), generation)).unwrap();
                }
            });
        }
    });
    let lines = keys.subjects_journal().read_all().unwrap();
    assert_eq!(lines.len(), 40);
    for thread in 0..8 {
        let own = lines.iter().filter(|line| line.userid == format!("user{thread}")).map(|line| line.generation);
        assert_eq!(own.collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn the_journal_is_checked_at_each_use_and_people_stay_out_of_debug() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    folder.mode("subjects.jsonl", 0o644);
    assert!(matches!(keys.subjects_journal().append(&line("a", 1)), Err(KeyError::OpenToOthers { .. })));
    folder.mode("subjects.jsonl", 0o600);
    folder.remove("subjects.jsonl");
    assert!(matches!(keys.subjects_journal().append(&line("a", 1)), Err(KeyError::Missing { .. })));
    assert!(!format!("{:?}", line("zhangsan", 1)).contains("zhang"));
    // Not through a link either.
    let mut elsewhere = fs::File::create(folder.0.path().join("elsewhere")).unwrap();
    elsewhere.write_all(b"").unwrap();
    std::os::unix::fs::symlink(folder.0.path().join("elsewhere"), folder.file("subjects.jsonl")).unwrap();
    assert!(matches!(keys.subjects_journal().append(&line("a", 1)), Err(KeyError::NotPlain(_))));
}
