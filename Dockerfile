# Dependencies and compiled code. The full image has a C++ toolchain, for where better-sqlite3's prebuilt binary cannot be fetched.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json build.mjs licences.mjs ./
COPY src src
RUN node build.mjs

# The test container of the compose files: an application with the AWS SDK.
FROM build AS example
COPY examples/compose/*.mjs examples/compose/
CMD ["node", "examples/compose/use-mrap.mjs"]

# The one package that is not in the bundle, an addon, with what it loads and without what compiling it left.
FROM build AS runtime
RUN mkdir -p runtime/node_modules && cd node_modules \
 && cp -r better-sqlite3 bindings file-uri-to-path ../runtime/node_modules \
 && cd ../runtime/node_modules/better-sqlite3 \
 && rm -rf deps src && find build -type f ! -name better_sqlite3.node -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production MRAP_HOST=0.0.0.0 MRAP_DATA_DIR=/data MRAP_CA_DIR=/ca MRAP_DNS_PORT=53
WORKDIR /app
COPY --from=runtime /app/package.json ./
COPY --from=runtime /app/runtime/node_modules node_modules
COPY --from=runtime /app/dist dist
COPY fixtures/worlds fixtures/worlds
COPY LICENSE ./
RUN ln -s /app/dist/server/main.js /usr/local/bin/mrap-local \
 && mkdir /data /ca && chown node:node /data /ca
USER node
# State with the key of the certificate authority, and what clients may read of it. The root file system may be read-only.
VOLUME ["/data", "/ca"]
# Publish this one alone. 53, 80 and 443 are for containers on the same network.
EXPOSE 4566
HEALTHCHECK --interval=1s --timeout=2s --start-period=10s --retries=15 \
  CMD ["node", "-e", "require('http').get(`http://127.0.0.1:${process.env.MRAP_PORT || 4566}/_mrap/health`, r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/server/main.js"]
