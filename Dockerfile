# The site in a container. compose.yaml runs it with PostgreSQL; deploy/container/README.md says how.

FROM node:20-slim AS htmx
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim AS build
WORKDIR /site
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
ENV PATH=/venv/bin:$PATH
COPY . .
COPY --from=htmx /site/node_modules node_modules
# As on Heroku: translations, htmx, combined and compressed static files.
RUN bin/post_compile && rm -r node_modules && python -m compileall -q wzo && install -d -o 10001 -g 10001 /data

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 INSTANCE_PATH=/data MALLOC_ARENA_MAX=1 PORT=8000
COPY --from=build /venv /venv
COPY --from=build /site /site
# The stored pages, and pictures if MEDIA_URL is file:///data/media.
COPY --from=build --chown=10001:10001 /data /data
WORKDIR /site
# A user without a name, a home or rights.
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "wzo.server"]
