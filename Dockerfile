# Dependencies and compiled code. The full image has a C++ toolchain, for where better-sqlite3's prebuilt binary cannot be fetched.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json build.mjs ./
COPY src src
RUN npm run build

# The test container of compose.yaml: an application with the AWS SDK and the helper `mrap-local/client`.
FROM build AS example
COPY examples/compose/use-mrap.mjs examples/compose/
CMD ["node", "examples/compose/use-mrap.mjs"]

# The build without what only development needs, and without the sources of SQLite.
FROM build AS runtime
RUN npm prune --omit=dev \
 && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src node_modules/better-sqlite3/build/Release/obj*

FROM node:24-bookworm-slim
ENV NODE_ENV=production MRAP_HOST=0.0.0.0 MRAP_DATA_DIR=/data
WORKDIR /app
COPY --from=runtime /app/package.json ./
COPY --from=runtime /app/node_modules node_modules
COPY --from=runtime /app/dist dist
COPY fixtures/worlds fixtures/worlds
COPY LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=2s --timeout=2s --start-period=10s --retries=15 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MRAP_PORT || 4566}/_mrap/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/server/main.js"]
