-- AlterEnum
ALTER TYPE "CallState" ADD VALUE 'queued' BEFORE 'ringing';

-- AlterEnum
ALTER TYPE "AttemptState" ADD VALUE 'queued' BEFORE 'attempting';

-- AlterTable
ALTER TABLE "outbound_attempts"
    ADD COLUMN "order_id" UUID,
    ADD COLUMN "try_number" INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN "priority" INTEGER NOT NULL DEFAULT 5,
    ADD COLUMN "due_at" TIMESTAMPTZ(3),
    ADD COLUMN "terms" JSONB NOT NULL DEFAULT '{}';

-- What was placed until now was one try, at once
UPDATE "outbound_attempts" SET "order_id" = "call_id", "due_at" = "created_at";

-- AlterTable
ALTER TABLE "outbound_attempts"
    ALTER COLUMN "order_id" SET NOT NULL,
    ALTER COLUMN "due_at" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "outbound_attempts_order_id_try_number_key" ON "outbound_attempts"("order_id", "try_number");

-- CreateIndex
CREATE INDEX "outbound_attempts_state_agent_id_priority_due_at_idx" ON "outbound_attempts"("state", "agent_id", "priority", "due_at");
