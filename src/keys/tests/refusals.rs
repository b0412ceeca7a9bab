//! What is not opened, and what the operator is told to do.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::keys::KeyError;

#[test]
fn threat_45_a_file_that_others_may_use_is_refused_with_the_command_that_cures_it() {
    let folder = TestFolder::started();
    for name in folder.names() {
        for mode in [0o640, 0o604, 0o660, 0o700 | 0o001] {
            folder.mode(&name, mode);
            let refusal = folder.refusal();
            assert!(matches!(refusal, KeyError::OpenToOthers { .. }), "{name} {mode:o}: {refusal}");
            let cure = format!("run: chmod 600 {}", folder.file(&name).display());
            assert!(refusal.to_string().ends_with(&cure), "{refusal}");
        }
        folder.mode(&name, 0o600);
    }
    folder.open().unwrap();
}

#[test]
fn a_folder_that_others_may_write_in_is_refused() {
    let folder = TestFolder::started();
    for mode in [0o720, 0o702, 0o777] {
        folder.mode("", mode);
        let refusal = folder.refusal().to_string();
        assert!(refusal.ends_with(&format!("run: chmod go-w {}", folder.path().display())), "{refusal}");
    }
    folder.mode("", 0o755);
    folder.open().unwrap();
}

#[test]
fn the_cure_is_one_command_for_a_path_with_spaces_too() {
    let path = Path::new("/srv/it's a key").to_owned();
    let text = KeyError::OpenToOthers { path, mode: 0o644 }.to_string();
    assert!(text.ends_with(r"chmod 600 '/srv/it'\''s a key'"), "{text}");
}

#[test]
fn a_link_a_folder_or_a_pipe_in_place_of_a_file_is_refused() {
    let folder = TestFolder::started();
    for name in folder.names() {
        let aside = folder.0.path().join("aside");
        fs::rename(folder.file(&name), &aside).unwrap();
        symlink(&aside, folder.file(&name)).unwrap();
        assert!(matches!(folder.refusal(), KeyError::NotPlain(_)), "{name}");
        folder.remove(&name);
        symlink("/nowhere", folder.file(&name)).unwrap();
        assert!(matches!(folder.refusal(), KeyError::NotPlain(_)), "{name}");
        folder.remove(&name);
        fs::create_dir(folder.file(&name)).unwrap();
        assert!(matches!(folder.refusal(), KeyError::NotPlain(_)), "{name}");
        fs::remove_dir(folder.file(&name)).unwrap();
        fs::rename(&aside, folder.file(&name)).unwrap();
    }
    folder.open().unwrap();
}

#[test]
fn a_path_that_leads_to_a_file_or_nowhere_is_refused() {
    let folder = TestFolder::new();
    fs::write(folder.path(), "").unwrap();
    assert!(matches!(folder.refusal(), KeyError::NotAFolder(_)));
    fs::remove_file(folder.path()).unwrap();
    symlink("/nowhere/keys", folder.path()).unwrap();
    assert!(matches!(folder.refusal(), KeyError::Io { .. }));
}

#[test]
fn a_missing_file_is_never_made_anew_and_the_backup_is_named() {
    let folder = TestFolder::started();
    let before = folder.names();
    for name in before.iter().filter(|name| *name != "admin.token") {
        let text = folder.read(name);
        folder.remove(name);
        let refusal = folder.refusal();
        assert!(matches!(refusal, KeyError::Missing { .. }), "{name}: {refusal}");
        let told = refusal.to_string();
        assert!(told.contains(name) && told.contains("restore it from the backup of the keys folder"), "{told}");
        assert_eq!(folder.names().len(), before.len() - 1, "nothing was made");
        folder.write(name, &text);
    }
    folder.open().unwrap();
}

#[test]
fn a_single_file_of_ours_is_no_new_folder() {
    let folder = TestFolder::started();
    for keep in folder.names().into_iter().filter(|name| name != "ring.json") {
        let alone = TestFolder::new();
        fs::create_dir(alone.path()).unwrap();
        fs::copy(folder.file(&keep), alone.file(&keep)).unwrap();
        assert!(matches!(alone.refusal(), KeyError::Missing { .. }), "{keep}");
        assert_eq!(alone.names(), [keep]);
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = TestFolder::started();
    for name in folder.names().into_iter().filter(|name| name != "subjects.jsonl") {
        let whole = folder.read(&name);
        for text in ["", "\n", "{}", "null", &whole[..whole.len() / 2], &whole[1..]] {
            folder.write(&name, text);
            assert!(matches!(folder.refusal(), KeyError::Damaged { .. }), "{name}: {text:?}");
        }
        fs::write(folder.file(&name), [0xff, 0xfe]).unwrap();
        assert!(matches!(folder.refusal(), KeyError::Damaged { .. }), "{name}");
        folder.write(&name, &whole);
    }
    folder.open().unwrap();
}

#[test]
fn the_ring_of_another_version_is_refused_with_which_program_to_run() {
    let folder = TestFolder::started();
    let ring = folder.read("ring.json");
    for (version, told) in [("2", "run the newer program"), ("0", "run the older program")] {
        folder.write("ring.json", &ring.replace("\"version\": 1", &format!("\"version\": {version}")));
        let refusal = folder.refusal().to_string();
        assert!(refusal.contains(told), "{refusal}");
    }
}

#[test]
fn a_ring_that_does_not_fit_its_keys_is_refused() {
    let folder = TestFolder::started();
    let ring = folder.read("ring.json");
    let (rsa, ed) = (folder.named("sig-rs256-"), folder.named("sig-eddsa-"));
    let kid = folder.open().unwrap().ring().signer(crate::domain::client::SigningAlgorithm::Rs256).kid().to_owned();
    let changes = [
        (rsa.as_str(), ed.as_str()),
        (rsa.as_str(), "../keys/ring.json"),
        (rsa.as_str(), "sig-/../x.pem"),
        (kid.as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        ("RS256", "ES256"),
        ("RS256", "HS256"),
    ];
    for (from, to) in changes {
        folder.write("ring.json", &ring.replace(from, to));
        assert!(matches!(folder.refusal(), KeyError::Damaged { .. }), "{from} as {to}");
    }
}

#[test]
fn a_full_or_unwritable_disk_is_named_with_its_cure() {
    let told = |kind: std::io::ErrorKind| KeyError::io(Path::new("keys/ring.json"), "written", kind.into()).to_string();
    assert!(told(std::io::ErrorKind::StorageFull).ends_with("make room on that disk, then try again"));
    assert!(told(std::io::ErrorKind::ReadOnlyFilesystem).contains("mount the folder writable"));
    assert!(told(std::io::ErrorKind::PermissionDenied).contains("chown"));
}
