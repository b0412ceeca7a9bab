//! A reload that cannot be: nothing changes, and the log names the key.

use crate::support::{Client, Program, Setup, http};

async fn works(program: &Program) {
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn a_bad_reload_changes_nothing_and_the_log_names_every_key_with_its_line() {
    let mut program = Program::start(Setup::default()).await;
    let tokens = program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let good = program.configuration();
    let bad = good
        .replace("agent_id = 1000002", "agent_id = \"1000002\"")
        .replace("https://other.example/callback", "http://other.example/callback");
    program.write(&format!("{bad}[lifetimes]\nsession = \"1h\"\nsesion_max = \"1h\"\n"));
    let said = program.reloads().await;
    let line = |text: &str| text.lines().position(|line| line.contains("agent_id")).expect("a line") + 1;
    for words in ["key=\"wecom.main.agent_id\"", "clients[1].redirect_uris[0]", "lifetimes.sesion_max"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(said.contains(&format!("line={}", line(&bad))) && said.contains("cure="), "{said}");
    assert!(!said.contains("server.reloaded") && !said.contains("secret-of-"), "{said}");
    assert_eq!(program.rp("app").userinfo(tokens.access_token()).await.status, 200);
    works(&program).await;
    program.rp("other").tokens(&program.computer("lisi"), "openid").await;

    for text in ["issuer = ", ""] {
        program.write(text);
        assert!(program.reloads().await.contains("server.reload_failed"));
        works(&program).await;
    }
    std::fs::remove_file(program.folder().join("config.toml")).expect("no file");
    assert!(program.reloads().await.contains("cannot be read"));
    works(&program).await;
    program.write(&good);
    assert!(program.reloads().await.contains("server.reloaded"));
    assert_eq!(program.terminated().await, Some(0));
}

#[tokio::test]
async fn what_only_a_restart_can_change_is_refused_as_a_whole_and_says_so() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let good = program.configuration();
    let value = |key: &str| good.lines().find(|line| line.starts_with(key)).expect("a line").to_owned();
    let (listen, admin) = (value("listen"), value("admin_listen"));
    let changes = [
        (value("issuer"), "issuer = \"http://127.0.0.1:1\"".to_owned(), "issuer"),
        (listen, format!("listen = \"127.0.0.1:{}\"", http::free_port()), "server.listen"),
        (admin.clone(), format!("admin_listen = \"127.0.0.1:{}\"", http::free_port()), "server.admin_listen"),
        (admin.clone(), format!("{admin}\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\""), "server.tls_cert"),
        ("backend = \"sled\"\npath = \"data\"".to_owned(), "backend = \"memory\"".to_owned(), "store.backend"),
        ("path = \"data\"".to_owned(), "path = \"data2\"".to_owned(), "store.path"),
        ("dir = \"keys\"".to_owned(), "dir = \"keys2\"".to_owned(), "keys.dir"),
    ];
    for (old, new, key) in changes {
        assert!(good.contains(&old), "{old}");
        // A second change that alone would be fine must not slip in with it.
        let text = good.replace(&old, &new).replace("secret-of-app-0123456789abcdef", "another-0123456789abcdef");
        program.write(&text);
        let said = program.reloads().await;
        let expected = [format!("key=\"{key}\""), "restart for this".to_owned(), "server.reload_failed".to_owned()];
        assert!(expected.iter().all(|words| said.contains(words)) && said.lines().count() == 1, "{key}: {said}");
        works(&program).await;
    }
    assert!(!program.folder().join("keys2").exists() && !program.folder().join("data2").exists());
    assert_eq!(program.terminated().await, Some(0));
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_after_a_reload_and_a_wrong_one_refused() {
    let program = Program::start(Setup::of([Client::new("app")]).over_tls()).await;
    works(&program).await;
    let (cert, key) = (program.folder().join("cert.pem"), program.folder().join("key.pem"));
    let (other_cert, other_key) = http::another_certificate();
    // Half renewed: the key does not fit.
    std::fs::write(&key, other_key).expect("a key");
    let said = program.reloads().await;
    assert!(said.contains("server.reload_failed") && said.contains("server.tls_cert"), "{said}");
    works(&program).await;

    std::fs::write(&cert, &other_cert).expect("a certificate");
    assert!(program.reloads().await.contains("server.reloaded"));
    let address = format!("{}/jwks.json", program.issuer);
    let fresh = http::client();
    assert!(fresh.get(&address).send().await.is_err(), "the old certificate alone is trusted here");
    let trusting = http::client_trusting(&other_cert);
    assert_eq!(trusting.get(&address).send().await.expect("an answer").status(), 200);
}
