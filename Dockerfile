# Targets: development, test, migration, production. Build with `docker build --target production .`
FROM node:24-bookworm-slim AS base
WORKDIR /app

FROM base AS installed
COPY package.json package-lock.json .npmrc ./
COPY tools/hooks tools/hooks
RUN npm ci

FROM installed AS development
COPY . .
ENV NODE_ENV=development
CMD ["npm", "run", "dev"]

# PostgreSQL comes with npm, for this machine alone; it does not run as root.
FROM installed AS test
RUN apt-get update \
 && apt-get install --yes --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/*
COPY --chown=node:node . .
RUN chown node:node /app
USER node
ENV NODE_ENV=test
CMD ["npm", "test"]

FROM installed AS built
COPY . .
RUN npm run build

# Prisma's command line is a tool of development, so migrations have an image of their own.
FROM built AS migration
USER node
CMD ["npm", "run", "migrate"]

FROM built AS pruned
RUN npm prune --omit=dev

FROM base AS production
ENV NODE_ENV=production
COPY --from=pruned /app/package.json ./
COPY --from=pruned /app/node_modules node_modules
COPY --from=pruned /app/dist dist
RUN mkdir /recordings && chown node:node /recordings
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]
