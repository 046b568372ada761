-- AlterTable
ALTER TABLE "calls" ADD COLUMN     "cost_usd" DECIMAL(16,9),
ADD COLUMN     "prices" JSONB,
ADD COLUMN     "unpriced" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "wasted_usd" DECIMAL(16,9);

-- CreateTable
CREATE TABLE "call_costs" (
    "call_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "agent_id" UUID,
    "turn" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "waste" TEXT,
    "uses" INTEGER NOT NULL,
    "input_tokens" INTEGER NOT NULL,
    "cached_input_tokens" INTEGER NOT NULL,
    "written_input_tokens" INTEGER NOT NULL,
    "output_tokens" INTEGER NOT NULL,
    "audio_tokens" INTEGER NOT NULL,
    "characters" INTEGER NOT NULL,
    "sound_ms" INTEGER NOT NULL,
    "usd" DECIMAL(16,9),
    "estimated" BOOLEAN NOT NULL,
    "unmetered" INTEGER NOT NULL,

    CONSTRAINT "call_costs_pkey" PRIMARY KEY ("call_id","seq")
);

-- CreateIndex
CREATE INDEX "call_costs_day_agent_id_idx" ON "call_costs"("day", "agent_id");

-- AddForeignKey
ALTER TABLE "call_costs" ADD CONSTRAINT "call_costs_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;
