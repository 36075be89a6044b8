# Weft in a container: docs/deployment.md says how it is run. No engine is needed to see what it does: every step is a
# command of Debian 12.
#
#   docker build -t weft .
#   docker run --rm --read-only -p 8080:8080 -v "$PWD/compositions:/etc/weft:ro" weft
#
# Arguments: CURL=backports takes libcurl 8 from Debian's backports, in both stages; WAF=1 adds libmodsecurity and its rules.

FROM swift:6.3-bookworm AS build
ARG CURL=
ENV DEBIAN_FRONTEND=noninteractive
RUN set -eu; \
    target=; \
    if [ "$CURL" = backports ]; then \
      echo 'deb http://deb.debian.org/debian bookworm-backports main' >/etc/apt/sources.list.d/backports.list; \
      target='libcurl4-openssl-dev/bookworm-backports libcurl4/bookworm-backports'; \
    fi; \
    apt-get update -q; \
    apt-get install -q -y --no-install-recommends make binutils $target libbrotli-dev libcrypt-dev libcurl4-openssl-dev \
      libhiredis-dev libpcre2-dev libssl-dev libzstd-dev zlib1g-dev pkg-config ca-certificates
WORKDIR /src
COPY . .
# Stripped, in /out, with the man page and nothing else.
RUN make install DESTDIR=/out PREFIX=/usr UNITS=

FROM debian:bookworm-slim
ARG CURL=
ARG WAF=
ENV DEBIAN_FRONTEND=noninteractive
RUN set -eu; \
    target=; \
    if [ "$CURL" = backports ]; then \
      echo 'deb http://deb.debian.org/debian bookworm-backports main' >/etc/apt/sources.list.d/backports.list; \
      target='libcurl4/bookworm-backports'; \
    fi; \
    if [ "$WAF" = 1 ]; then target="$target libmodsecurity3 modsecurity-crs"; fi; \
    apt-get update -q; \
    apt-get install -q -y --no-install-recommends $target libbrotli1 libcrypt1 libcurl4 libhiredis0.14 libpcre2-8-0 \
      libssl3 libzstd1 zlib1g libstdc++6 libgcc-s1 ca-certificates; \
    rm -rf /var/lib/apt/lists/*; \
    groupadd --system --gid 990 weft; \
    useradd --system --uid 990 --gid weft --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin weft
COPY --from=build /out/usr /usr
USER 990:990
EXPOSE 8080 8081
# It asks /readyz at 127.0.0.1:8081, for which no token is needed.
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s CMD ["weft", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["weft"]
CMD ["run", "/etc/weft"]
