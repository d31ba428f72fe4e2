# The whole product in one image. `docker build .`; another base with Python 3.11 or newer: `--build-arg BASE=…`.
ARG BASE=python:3.13-slim

# The project's own lock brings uv and Node; the screens and the wheel are built here and left behind.
FROM ${BASE} AS build
# Where a company has its own package mirrors, it names them here; without, the clients' own defaults hold.
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ARG NPM_CONFIG_REGISTRY
ENV PATH=/src/.venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_NO_CACHE=1
WORKDIR /src

COPY requirements.lock ./
RUN python -m venv .venv \
    && awk '/^[a-z]/ {ours = /^uv==/} ours' requirements.lock > .venv/uv.lock \
    && pip install --quiet --no-cache-dir --no-deps --require-hashes -r .venv/uv.lock \
    && uv pip sync --quiet --require-hashes requirements.lock

COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/
RUN npm --prefix frontend ci --no-fund --no-audit --loglevel=error

COPY . .
RUN npm --prefix frontend run build \
    && uv build --quiet --wheel --no-build-isolation --out-dir dist \
    && uv venv --quiet /opt/nerve \
    && uv pip install --quiet --python /opt/nerve --compile-bytecode --constraint requirements.lock dist/*.whl

# What runs: the interpreter, the locked libraries, the wheel. No compiler, no Node, no root.
FROM ${BASE}
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/nerve nerve
COPY --from=build /opt/nerve /opt/nerve
ENV PATH=/opt/nerve/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NERVE_DATABASE_URL=sqlite:////var/lib/nerve/nerve.db
USER 10001
WORKDIR /var/lib/nerve
VOLUME /var/lib/nerve
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["nerve", "serve", "--host", "0.0.0.0", "--port", "8000"]
