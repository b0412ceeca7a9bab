//! What members agreed to release.

use std::sync::Arc;

use tokio::task::JoinSet;
use wecom_oidc::domain::resource::Resource;
use wecom_oidc::domain::scope::{Scope, Scopes};
use wecom_oidc::store::Store;

use super::samples::*;

pub async fn what_was_agreed_is_remembered_for_that_member_and_that_client_alone(store: Arc<dyn Store>) {
    let agreed = consent("anna-1", "openid profile", &["email"]);
    store.agree(&member("anna"), &client("wiki"), &agreed).await.unwrap();
    assert_eq!(store.consent(&member("anna"), &client("wiki")).await.unwrap(), Some(agreed.clone()));
    for (userid, id) in [("ann", "wiki"), ("annab", "wiki"), ("anna", "wik"), ("anna", "wiki2")] {
        assert_eq!(store.consent(&member(userid), &client(id)).await.unwrap(), None, "{userid} {id}");
    }
    store.agree(&member("anna"), &client("chat"), &agreed).await.unwrap();
    let names: Vec<_> = store.consents_of(&member("anna")).await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(names, [client("chat"), client("wiki")]);
    assert_eq!(store.consents_of(&member("ann")).await.unwrap(), []);
}

pub async fn agreeing_to_more_keeps_what_was_agreed_before(store: Arc<dyn Store>) {
    let (anna, wiki) = (member("anna"), client("wiki"));
    store.agree(&anna, &wiki, &consent("anna-1", "openid profile", &["email"])).await.unwrap();
    let mut more = consent("anna-1", "openid phone", &["name"]);
    more.agreed = at(HOUR);
    store.agree(&anna, &wiki, &more).await.unwrap();
    let known = store.consent(&anna, &wiki).await.unwrap().unwrap();
    assert_eq!((known.scopes.to_string().as_str(), known.agreed), ("openid profile phone", at(HOUR)));
    assert!(known.covers(&consent("anna-1", "openid profile phone", &["email", "name"])));
    let mut service = consent("anna-1", "openid", &[]);
    service.resources.insert(Resource::parse("https://api.example").unwrap());
    for more in [consent("anna-1", "openid email", &[]), consent("anna-1", "openid", &["nickname"]), service] {
        assert!(!known.covers(&more), "{more:?}");
    }
}

pub async fn whoever_gets_a_userid_later_inherits_no_consent(store: Arc<dyn Store>) {
    let (anna, wiki) = (member("anna"), client("wiki"));
    store.agree(&anna, &wiki, &consent("anna-1", "openid profile phone", &["email"])).await.unwrap();
    let second = consent("anna-2", "openid", &[]);
    assert!(!store.consent(&anna, &wiki).await.unwrap().unwrap().covers(&second));
    store.agree(&anna, &wiki, &second).await.unwrap();
    assert_eq!(store.consent(&anna, &wiki).await.unwrap(), Some(second));
}

pub async fn a_consent_is_withdrawn_and_forgotten_with_its_member(store: Arc<dyn Store>) {
    let (anna, anne) = (member("anna"), member("anne"));
    for id in ["chat", "wiki"] {
        store.agree(&anna, &client(id), &consent("anna-1", "openid", &[])).await.unwrap();
        store.agree(&anne, &client(id), &consent("anne-1", "openid", &[])).await.unwrap();
    }
    assert!(store.withdraw_consent(&anna, &client("chat")).await.unwrap());
    assert!(!store.withdraw_consent(&anna, &client("chat")).await.unwrap());
    assert_eq!(store.consent(&anna, &client("chat")).await.unwrap(), None);
    store.forget_member(&anna).await.unwrap();
    assert_eq!(store.consents_of(&anna).await.unwrap(), []);
    assert_eq!(store.consents_of(&anne).await.unwrap().len(), 2);
}

pub async fn of_64_who_agree_at_once_nothing_is_lost(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        let scope = Scope::ALL[number % Scope::ALL.len()].as_str();
        let agreed = consent("anna-1", scope, &[&format!("claim-{number}")]);
        tasks.spawn(async move { store.agree(&member("anna"), &client("wiki"), &agreed).await.unwrap() });
    }
    tasks.join_all().await;
    let known = store.consent(&member("anna"), &client("wiki")).await.unwrap().unwrap();
    assert_eq!((known.scopes, known.claims.len()), (Scopes::all(), 64));
}
