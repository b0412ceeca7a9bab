# The everyday commands; `just` lists them.

default:
    @just --list

# The bridge with a simulated WeCom and a sample application: nothing to configure
demo *arguments:
    cargo run --release -- demo {{arguments}}

# All tests, or the parts named: rust, rp, browser
test *parts:
    tests/run {{parts}}

# The numbers of docs/performance.md, or some of them: logins documents start memory members
bench *parts:
    cargo bench --bench load -- {{parts}}

# Format and lints, as CI holds them
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Licences, banned crates, sources and advisories of everything we depend on
deny:
    cargo deny --locked check

# Everything that CI does
ci:
    .ci/run

# New pictures for the README
screenshots:
    tests/install browser
    cargo build --locked
    node tests/browser/screenshots.mjs
