//! Invented members on whom every expression is tried before it is taken: what fails for one of them would fail for
//! somebody in every larger corp.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::seen::{Department, Seen, Sight};
use crate::domain::ids::UserId;
use crate::domain::member::{Further, Member, Standing};

/// One of them.
pub(super) struct Sample {
    /// As an administrator reads it.
    pub who: &'static str,
    /// What expressions see.
    pub sight: Sight,
}

pub(super) static SAMPLES: LazyLock<Vec<Sample>> =
    LazyLock::new(|| [full(), empty(), odd()].into_iter().flatten().collect());

fn full() -> Option<Sample> {
    let member = Member {
        userid: UserId::parse("zhangsan").ok()?,
        name: Some("张三".into()),
        alias: Some("San".into()),
        position: Some("工程师".into()),
        departments: vec![7, 8],
        main_department: Some(8),
        standing: Standing::Active,
        attributes: BTreeMap::new(),
        further: Further {
            order: vec![10, 20],
            is_leader_in_dept: vec![0, 1],
            direct_leader: vec!["boss".into()],
            telephone: Some("010-00000001".into()),
            gender: Some("1".into()),
            avatar: Some("https://wework.example.invalid/avatar/zhangsan".into()),
            external_position: Some("高级工程师".into()),
        },
    };
    let departments = vec![
        department(7, "研发部", "R&D", "研发部", "boss"),
        department(8, "平台组", "Platform", "研发部/平台组", "zhangsan"),
    ];
    let seen = Seen {
        member: &member,
        departments,
        tags: vec!["VPN".into(), "管理员".into()],
        phone: Some("+8613800000001"),
        email: Some("zhangsan@mail.example"),
        biz_mail: Some("zhangsan@corp.example"),
    };
    let sight = Sight::from(&seen).with_every_attribute("A1007");
    Some(Sample { who: "a member with every field filled in", sight })
}

fn department(id: u64, name: &str, name_en: &str, path: &str, leader: &str) -> Department {
    Department { id, name: name.into(), name_en: name_en.into(), path: path.into(), leaders: vec![leader.into()] }
}

fn empty() -> Option<Sample> {
    let member = Member {
        userid: UserId::parse("lisi").ok()?,
        name: None,
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        standing: Standing::Active,
        attributes: BTreeMap::new(),
        further: Further::default(),
    };
    let seen =
        Seen { member: &member, departments: Vec::new(), tags: Vec::new(), phone: None, email: None, biz_mail: None };
    Some(Sample { who: "a member with empty fields", sight: Sight::from(&seen) })
}

/// Marks, directions of writing and characters that stand for nothing elsewhere; a department that nobody knows yet.
fn odd() -> Option<Sample> {
    let text = "'O\"Brien'\\ {{ name }} \u{202e}\u{1f600}/%";
    let member = Member {
        userid: UserId::parse("o.b-r_i@x").ok()?,
        name: Some(text.into()),
        alias: Some("0".into()),
        position: Some(text.into()),
        departments: vec![u64::from(u32::MAX)],
        main_department: Some(1),
        standing: Standing::Unknown(-1),
        attributes: BTreeMap::new(),
        further: Further { gender: Some("0".into()), telephone: Some("-".into()), ..Further::default() },
    };
    let departments = vec![Department { id: u64::from(u32::MAX), ..Department::default() }];
    let tags = vec![text.into()];
    let seen = Seen { member: &member, departments, tags, phone: Some("-"), email: None, biz_mail: None };
    Some(Sample {
        who: "a member with odd names",
        sight: Sight::from(&seen).with_every_attribute("'O\"Brien' {{ 1 }}"),
    })
}
