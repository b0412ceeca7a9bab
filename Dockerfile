# The bridge in two stages: a compiler that is thrown away, and a small image without one.

FROM rust:1.95-slim-bookworm AS build
# aws-lc-rs compiles its own C library.
RUN apt-get update \
 && apt-get install -y --no-install-recommends cmake gcc g++ make libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin wecom-oidc

FROM debian:bookworm-slim
# WeCom's certificate is verified against the system's store.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin bridge \
 && install -d -o bridge -g bridge -m 0700 /srv/data /srv/keys
COPY --from=build /src/target/release/wecom-oidc /usr/local/bin/wecom-oidc
# Paths in config.toml are relative to its folder: /srv/data and /srv/keys with what the example says.
WORKDIR /srv
USER bridge
VOLUME ["/srv/data", "/srv/keys"]
# Asks /readyz at the administration's default address; change it here when config.toml names another one.
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["wecom-oidc"]
CMD ["serve", "--config", "/srv/config.toml"]
