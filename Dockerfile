# A small image with one static binary: docker build -t triagedns .
# It serves the directory mounted at /zones, as a user without rights, and writes nothing but its state,
# for which mount a volume: docker run -v triagedns:/var/lib/triagedns ...
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libldns-dev libsqlite3-dev libssl-dev \
        pkg-config \
    && rm -rf /var/lib/apt/lists/* \
    && rm /usr/lib/*/libldns.so /usr/lib/*/libcrypto.so /usr/lib/*/libsqlite3.so
# Without those links the linker takes libldns.a, the libcrypto.a that it needs, and libsqlite3.a: nothing of them is
# left to install in the image below.
WORKDIR /src
COPY . .
RUN swift build -c release --product triagedns -Xlinker -lcrypto -Xlinker -s \
    && cp "$(swift build -c release --show-bin-path)/triagedns" /triagedns \
    && if ldd /triagedns | grep -E 'ldns|crypto|sqlite|swift'; then exit 1; fi

FROM debian:bookworm-slim
COPY --from=build /triagedns /usr/local/bin/triagedns
# Set as systemd does it.
ENV STATE_DIRECTORY=/var/lib/triagedns
RUN install -d -o 10053 -g 10053 -m 700 /var/lib/triagedns
USER 10053:10053
EXPOSE 5300/udp 5300/tcp
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["triagedns", "status"]
ENTRYPOINT ["triagedns"]
CMD ["serve", "/zones"]
