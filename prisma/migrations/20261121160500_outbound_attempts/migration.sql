-- CreateEnum
CREATE TYPE "AttemptState" AS ENUM ('attempting', 'doubtful', 'dialling', 'connected', 'over', 'uncertain');

-- CreateTable
CREATE TABLE "outbound_attempts" (
    "call_id" UUID NOT NULL,
    "idempotency_key" TEXT,
    "request_hash" TEXT NOT NULL,
    "asked_by" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "agent_id" UUID NOT NULL,
    "ring_s" INTEGER NOT NULL,
    "variables" JSONB NOT NULL DEFAULT '{}',
    "state" "AttemptState" NOT NULL DEFAULT 'attempting',
    "outcome" TEXT,
    "failure" TEXT,
    "carrier_call_id" TEXT,
    "channel_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "doubted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbound_attempts_pkey" PRIMARY KEY ("call_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "outbound_attempts_idempotency_key_key" ON "outbound_attempts"("idempotency_key");

-- CreateIndex
CREATE INDEX "outbound_attempts_state_created_at_idx" ON "outbound_attempts"("state", "created_at");

-- CreateIndex
CREATE INDEX "outbound_attempts_carrier_carrier_call_id_idx" ON "outbound_attempts"("carrier", "carrier_call_id");

-- AddForeignKey
ALTER TABLE "outbound_attempts" ADD CONSTRAINT "outbound_attempts_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;
