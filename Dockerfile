# docs/operations.md says how it is run. No secret belongs in here: they come from the environment when it starts.
#
# The same Node as the devDependency `node` (test/docs/operations.test.ts), by its full version: what was tested is what runs. A tag can be
# moved; who wants exactly these bytes looks the digest up once (`docker buildx imagetools inspect node:24.21.0-bookworm-slim`) and builds with
# `--build-arg NODE_IMAGE=node@sha256:…`.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing that runs in production needs an install script; the one that there is brings a Node, which the image has.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    DATA_DIR=/data
# No package manager at run time. /data is the only place that is written; a volume that is mounted there takes over its owner.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn* \
    && install -d -o node -g node -m 0700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json app.yml LICENSE ./
COPY config ./config
COPY src ./src
# A checkout that was made under `umask 077` has files that only its owner reads.
RUN chmod -R a+rX package.json app.yml LICENSE config src
# By number, so that it can be seen not to be root. All of /app belongs to root: the program cannot change itself.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/api/support/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# HOST is left alone: it listens to everybody only when an App is configured. The sandbox lets anybody be anybody.
CMD ["node", "src/start.mjs"]
