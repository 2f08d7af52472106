# syntax=docker/dockerfile:1
# The engine and its admin app. Needs a PostgreSQL beside it: set DATABASE_URL, or use docker-compose.yml.

FROM node:22-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
# The image's own toolchain, whatever rust-toolchain.toml would fetch.
ENV RUSTUP_TOOLCHAIN=1.95.0 CARGO_TERM_COLOR=always
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY . .
# The history is not copied; the About page shows what is given here.
ARG VIRAL_ENGINE_COMMIT
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    --mount=type=cache,target=/root/.npm \
    cargo xtask frontend \
    && cargo build --locked --release --package viral-engine-server \
    && install -D --strip target/release/viral-engine /out/viral-engine \
    && cp -r frontend/dist /out/app

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data viral-engine \
    && install -d -o viral-engine -g viral-engine -m 0700 /data
COPY --from=build /out/viral-engine /usr/local/bin/viral-engine
COPY --from=build /out/app /usr/local/share/viral-engine/app
ENV APP_DIR=/usr/local/share/viral-engine/app DATA_DIR=/data BIND_ADDR=0.0.0.0:8080 LOG_FORMAT=json
# The click log: every node needs its own, and it must outlive the container.
VOLUME /data
WORKDIR /data
USER 10001
EXPOSE 8080
# SIGTERM lets requests under way finish.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["viral-engine"]
CMD ["serve"]
