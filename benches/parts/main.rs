//! The parts of a sign-in, each by itself: `cargo bench --bench parts`.
//!
//! Checks of an authorization request, minting of ID tokens beside the signature that is in them, sealing of a
//! pending sign-in, and the verbs of each store that a sign-in calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a bench; criterion writes functions of its own"
)]

#[allow(dead_code, unused_imports, reason = "the samples serve the stores' tests too")]
#[path = "../../tests/it/store/samples.rs"]
mod samples;

mod provider;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::Map;
use tokio::runtime::Runtime;
use wecom_oidc::domain::client::SigningAlgorithm;
use wecom_oidc::keys::SealPurpose;
use wecom_oidc::oidc::authorize::{Way, check};
use wecom_oidc::oidc::id_token;
use wecom_oidc::oidc::params::Params;
use wecom_oidc::store::Store;
use wecom_oidc::store::memory::MemoryStore;
use wecom_oidc::store::sled::SledStore;

use provider::Stand;
use samples::{at, code, digest, grant, login, redemption, short_redemption};

const QUERY: &[u8] = b"response_type=code&client_id=nocobase&redirect_uri=https%3A%2F%2Fnb.example.com%2Fapi%2Foidc%3Aredirect&scope=openid%20profile&state=token%253Dabc%2526name%253Dwecom&nonce=n-0S6_WzA2Mj";

fn checks(criterion: &mut Criterion) {
    let stand = Stand::new();
    criterion.bench_function("parse and check an authorization request", |bench| {
        bench.iter(|| {
            check(&stand.provider, &Params::parse(black_box(QUERY)).unwrap(), Way::Browser).map(drop).ok().unwrap();
        });
    });
}

fn minting(criterion: &mut Criterion) {
    let stand = Stand::new();
    let mut group = criterion.benchmark_group("mint an ID token");
    for alg in [SigningAlgorithm::Rs256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa] {
        let client = stand.client(alg);
        let grant = grant("zhangsan", at(3_600));
        group.bench_function(alg.as_str(), |bench| {
            bench.iter(|| {
                id_token::mint(&stand.provider, &client, black_box(&grant), Some("n-0S6_WzA2Mj"), "token", Map::new())
            });
        });
    }
    group.finish();
}

fn sealing(criterion: &mut Criterion) {
    let stand = Stand::new();
    let (provider, plain) = (&stand.provider, [7u8; 600]);
    criterion.bench_function("seal and open a pending sign-in", |bench| {
        bench.iter(|| {
            let sealer = provider.keys.sealer();
            let sealed = sealer.seal(SealPurpose::Transaction, &[1; 43], b"id", black_box(&plain), &*provider.entropy);
            sealer.open(SealPurpose::Transaction, &[1; 43], b"id", &sealed).unwrap()
        });
    });
}

fn stores(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let stores: [(&str, Arc<dyn Store>); 2] =
        [("memory", Arc::new(MemoryStore::new())), ("sled", Arc::new(SledStore::open(folder.path()).unwrap()))];
    for (name, store) in stores {
        store_verbs(criterion, &runtime, name, &*store);
    }
}

fn store_verbs(criterion: &mut Criterion, runtime: &Runtime, name: &str, store: &dyn Store) {
    let mut group = criterion.benchmark_group(format!("store: {name}"));
    let mut number = 0;
    let mut next = || {
        number += 1;
        number.to_string()
    };
    runtime.block_on(store.finish_login(digest("session"), &login("session", "zhangsan"), at(0))).unwrap();
    group.bench_function("a session is read", |bench| {
        bench.iter(|| runtime.block_on(store.session(digest(black_box("session/s")), at(1))).unwrap());
    });
    group.bench_function("a code is made and redeemed", |bench| {
        bench.iter_batched(
            &mut next,
            |text| {
                runtime.block_on(async {
                    store.put_code(digest(&text), &code("zhangsan", at(60))).await.unwrap();
                    store.redeem_code(digest(&text), &short_redemption(&text, "zhangsan"), at(1)).await.unwrap()
                })
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("a code is made and redeemed for a refresh token (durable)", |bench| {
        bench.iter_batched(
            &mut next,
            |text| {
                runtime.block_on(async {
                    let name = format!("r{text}");
                    store.put_code(digest(&name), &code("zhangsan", at(60))).await.unwrap();
                    store.redeem_code(digest(&name), &redemption(&name, "zhangsan"), at(1)).await.unwrap()
                })
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("a sign-in is finished (durable)", |bench| {
        bench.iter_batched(
            &mut next,
            |text| {
                runtime.block_on(async {
                    let name = format!("l{text}");
                    store.finish_login(digest(&name), &login(&name, "zhangsan"), at(0)).await.unwrap()
                })
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, checks, minting, sealing, stores);
criterion_main!(benches);
