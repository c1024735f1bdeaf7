# Slagboom in a container: the packages first, so that a change of our own code does not install them again.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /slagboom
COPY requirements.txt ./
RUN /slagboom/bin/pip install --no-deps --require-hashes -r requirements.txt
# What builds the package itself stays behind in this stage, checked against its hash like the rest.
COPY requirements-dev.txt ./
RUN python -m venv /builder && /builder/bin/pip install --no-deps --require-hashes -r requirements-dev.txt
COPY pyproject.toml LICENSE alembic.ini ./
COPY workflows workflows
COPY notifications notifications
COPY migrations migrations
COPY service service
RUN /builder/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels . \
 && /slagboom/bin/pip install --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /srv/slagboom --create-home slagboom
COPY --from=build /slagboom /slagboom
ENV PATH=/slagboom/bin:$PATH PYTHONUNBUFFERED=1 SLAGBOOM_HOST=0.0.0.0 SLAGBOOM_PORT=8000
USER slagboom
WORKDIR /srv/slagboom
RUN mkdir var
VOLUME /srv/slagboom/var
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# The same as `make run`.
ENTRYPOINT ["slagboom"]
CMD ["serve", "--demo", "--with-worker"]
