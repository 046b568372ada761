-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "CallDirection" AS ENUM ('inbound', 'outbound');

-- CreateEnum
CREATE TYPE "CallState" AS ENUM ('ringing', 'live', 'closing', 'ended', 'missed');

-- CreateEnum
CREATE TYPE "CallEnding" AS ENUM ('confirmed', 'assumed');

-- CreateTable
CREATE TABLE "agents" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "liveVersion" INTEGER NOT NULL,
    "lines" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_versions" (
    "agent_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "author" TEXT NOT NULL DEFAULT 'system',

    CONSTRAINT "agent_versions_pkey" PRIMARY KEY ("agent_id","number")
);

-- CreateTable
CREATE TABLE "phone_numbers" (
    "id" UUID NOT NULL,
    "carrier" TEXT NOT NULL,
    "e164" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "media_token" TEXT NOT NULL,
    "agent_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "phone_numbers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contacts" (
    "id" UUID NOT NULL,
    "e164" TEXT NOT NULL,
    "name" TEXT,
    "language" TEXT,
    "do_not_call" BOOLEAN NOT NULL DEFAULT false,
    "notes" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calls" (
    "id" UUID NOT NULL,
    "direction" "CallDirection" NOT NULL,
    "state" "CallState" NOT NULL,
    "carrier" TEXT NOT NULL,
    "carrier_call_id" TEXT,
    "from" TEXT,
    "to" TEXT,
    "agent_id" UUID,
    "agent_version" INTEGER,
    "contact_id" UUID,
    "node_id" TEXT,
    "routed_by" TEXT,
    "ringing_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,
    "ending" "CallEnding",
    "duration_ms" INTEGER,
    "recording_path" TEXT,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "calls_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_legs" (
    "id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "carrier_leg_id" TEXT,
    "number" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "call_legs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_agents" (
    "call_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "agent_id" UUID NOT NULL,
    "agent_version" INTEGER NOT NULL,
    "from_ms" INTEGER NOT NULL,
    "to_ms" INTEGER,

    CONSTRAINT "call_agents_pkey" PRIMARY KEY ("call_id","seq")
);

-- CreateTable
CREATE TABLE "transcript_segments" (
    "call_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "speaker" TEXT NOT NULL,
    "said" TEXT NOT NULL,
    "heard" TEXT NOT NULL,
    "start_ms" INTEGER NOT NULL,
    "end_ms" INTEGER NOT NULL,
    "interrupted" BOOLEAN NOT NULL,
    "basis" TEXT,
    "kind" TEXT,
    "confidence" DOUBLE PRECISION,
    "turn" INTEGER NOT NULL,

    CONSTRAINT "transcript_segments_pkey" PRIMARY KEY ("call_id","seq")
);

-- CreateTable
CREATE TABLE "call_events" (
    "call_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at_ms" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "call_events_pkey" PRIMARY KEY ("call_id","seq")
);

-- CreateTable
CREATE TABLE "turn_latencies" (
    "call_id" UUID NOT NULL,
    "turn" INTEGER NOT NULL,
    "voice_stopped_ms" INTEGER,
    "words_settled_ms" INTEGER,
    "turn_ended_ms" INTEGER,
    "asked_ms" INTEGER,
    "first_token_ms" INTEGER,
    "first_sentence_ms" INTEGER,
    "first_audio_ms" INTEGER,
    "audible_ms" INTEGER,
    "speculated" BOOLEAN NOT NULL,

    CONSTRAINT "turn_latencies_pkey" PRIMARY KEY ("call_id","turn")
);

-- CreateTable
CREATE TABLE "call_logs" (
    "call_id" UUID NOT NULL,
    "format" INTEGER NOT NULL,
    "entries" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "gzip" BYTEA NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "call_logs_pkey" PRIMARY KEY ("call_id")
);

-- CreateTable
CREATE TABLE "function_runs" (
    "call_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "arguments" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "result" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "function_runs_pkey" PRIMARY KEY ("call_id","key")
);

-- CreateTable
CREATE TABLE "appointments" (
    "id" UUID NOT NULL,
    "calendar" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "subject" TEXT NOT NULL DEFAULT '',
    "made_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "appointments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "raw_webhooks" (
    "id" UUID NOT NULL,
    "carrier" TEXT NOT NULL,
    "section" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "resource" TEXT,
    "event" TEXT,
    "verified_by" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "raw_webhooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "agents_slug_key" ON "agents"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "phone_numbers_media_token_key" ON "phone_numbers"("media_token");

-- CreateIndex
CREATE UNIQUE INDEX "phone_numbers_carrier_e164_key" ON "phone_numbers"("carrier", "e164");

-- CreateIndex
CREATE UNIQUE INDEX "contacts_e164_key" ON "contacts"("e164");

-- CreateIndex
CREATE INDEX "calls_started_at_id_idx" ON "calls"("started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "calls_agent_id_started_at_idx" ON "calls"("agent_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_state_idx" ON "calls"("state");

-- CreateIndex
CREATE UNIQUE INDEX "calls_carrier_carrier_call_id_key" ON "calls"("carrier", "carrier_call_id");

-- CreateIndex
CREATE INDEX "call_legs_call_id_idx" ON "call_legs"("call_id");

-- CreateIndex
CREATE INDEX "call_events_type_idx" ON "call_events"("type");

-- CreateIndex
CREATE UNIQUE INDEX "appointments_made_by_key" ON "appointments"("made_by");

-- CreateIndex
CREATE UNIQUE INDEX "appointments_calendar_starts_at_key" ON "appointments"("calendar", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "raw_webhooks_dedupe_key_key" ON "raw_webhooks"("dedupe_key");

-- CreateIndex
CREATE INDEX "raw_webhooks_received_at_idx" ON "raw_webhooks"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- AddForeignKey
ALTER TABLE "agent_versions" ADD CONSTRAINT "agent_versions_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "phone_numbers" ADD CONSTRAINT "phone_numbers_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calls" ADD CONSTRAINT "calls_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calls" ADD CONSTRAINT "calls_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_legs" ADD CONSTRAINT "call_legs_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_agents" ADD CONSTRAINT "call_agents_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transcript_segments" ADD CONSTRAINT "transcript_segments_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_events" ADD CONSTRAINT "call_events_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "turn_latencies" ADD CONSTRAINT "turn_latencies_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "function_runs" ADD CONSTRAINT "function_runs_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;


