# The image of web, worker, beat and migrate. Built with: docker compose build

FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM python:3.11-slim-bookworm AS packages
COPY requirements/uv.txt requirements/base.txt /tmp/
RUN python -m venv /uv && /uv/bin/pip install --no-cache-dir --require-hashes -r /tmp/uv.txt
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
RUN /uv/bin/uv venv /venv && \
    /uv/bin/uv pip sync --no-cache --require-hashes --compile-bytecode --python /venv/bin/python /tmp/base.txt

FROM python:3.11-slim-bookworm AS portal
RUN apt-get update && \
    apt-get install -y --no-install-recommends \
        fonts-babelstone-han fonts-dejavu-core fonts-droid-fallback fonts-hanazono fonts-noto-core \
        fonts-symbola fonts-unifont \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 && \
    rm -rf /var/lib/apt/lists/* && \
    groupadd --gid 10001 portal && \
    useradd --uid 10001 --gid portal --home-dir /app --no-create-home --shell /usr/sbin/nologin portal && \
    install -d -o portal -g portal -m 0750 /data/media /data/statements && \
    install -d -o portal -g portal -m 0755 /data/static
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/data/static
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /assets/node_modules node_modules
USER portal
# No secret is needed to collect files, but settings refuse to load without a value.
RUN SECRET_KEY=build ANSWER_PEPPER=build FIELD_KEY=build DATABASE_URL=postgres://build@build/build \
    python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
VOLUME /data/media
CMD ["gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
