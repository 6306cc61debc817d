# The server, and `langdu worker`, in an image of Node and nothing else. For linux/amd64 and linux/arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag langdu .
# test/deploy/image.test.ts runs the commands below by hand, and the server from what they leave.

FROM node:24-bookworm-slim AS build
WORKDIR /src
# .npmrc keeps onnxruntime-node from downloading GPU libraries; scripts of packages are not run at all.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json vite.config.ts ./
COPY src src
COPY web web
COPY scripts scripts
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# onnxruntime-node brings every platform it has; this image is one of them.
RUN cd node_modules/onnxruntime-node/bin && find . -mindepth 2 -maxdepth 2 -type d ! -name linux -exec rm -rf {} + && find . -mindepth 3 -maxdepth 3 -type d ! -name "$(node -p process.arch)" -exec rm -rf {} +
# So does SQLite, with its source.
RUN cd node_modules/@photostructure/sqlite && rm -rf src && find prebuilds -mindepth 1 -maxdepth 1 ! -name "linux-$(node -p process.arch)" -exec rm -rf {} +
# What people and their editors read, and what needs musl, which this image has not; licences stay.
RUN find node_modules -type f \( -name '*.musl.node' -o -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -iname 'readme*.md' -o -iname 'changelog*.md' \) -delete

FROM node:24-bookworm-slim
# What installs packages has no use here.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
# Everything that is written is below here: a volume, while the rest may be mounted read-only.
RUN install -d -o node -g node -m 0750 /var/lib/langdu /var/lib/langdu/jobs
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /src/dist dist
COPY package.json LICENSE NOTICE ./
COPY data data
COPY voices voices
COPY deploy/docker/healthy.mjs healthy.mjs
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    LANGDU_OUTPUT=/var/lib/langdu/output \
    LANGDU_CACHE=/var/lib/langdu/cache \
    LANGDU_JOBS=/var/lib/langdu/jobs
VOLUME /var/lib/langdu
USER node
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/healthy.mjs"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
