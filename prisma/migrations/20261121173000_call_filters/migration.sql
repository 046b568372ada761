-- CreateIndex
CREATE INDEX "calls_from_started_at_idx" ON "calls"("from", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_to_started_at_idx" ON "calls"("to", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_end_reason_started_at_idx" ON "calls"("end_reason", "started_at" DESC);
