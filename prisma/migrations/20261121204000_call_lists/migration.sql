-- DropIndex
DROP INDEX "calls_state_idx";

-- AlterTable
ALTER TABLE "calls" ADD COLUMN     "report_outcome" TEXT;

-- CreateTable
CREATE TABLE "data_migrations" (
    "name" TEXT NOT NULL,
    "position" TEXT,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "data_migrations_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "calls_state_started_at_idx" ON "calls"("state", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_direction_started_at_idx" ON "calls"("direction", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_report_outcome_started_at_idx" ON "calls"("report_outcome", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_carrier_call_id_idx" ON "calls"("carrier_call_id");
