-- CreateTable
CREATE TABLE "number_agents" (
    "number_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,
    "place" INTEGER NOT NULL,

    CONSTRAINT "number_agents_pkey" PRIMARY KEY ("number_id","agent_id")
);

-- CreateTable
CREATE TABLE "carrier_notes" (
    "id" UUID NOT NULL,
    "carrier" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "carrier_call_id" TEXT,
    "type" TEXT NOT NULL,
    "from" TEXT,
    "to" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "carrier_notes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "carrier_notes_dedupe_key_key" ON "carrier_notes"("dedupe_key");

-- CreateIndex
CREATE INDEX "carrier_notes_carrier_carrier_call_id_idx" ON "carrier_notes"("carrier", "carrier_call_id");

-- CreateIndex
CREATE INDEX "carrier_notes_from_at_idx" ON "carrier_notes"("from", "at");

-- CreateIndex
CREATE INDEX "carrier_notes_to_at_idx" ON "carrier_notes"("to", "at");

-- AddForeignKey
ALTER TABLE "number_agents" ADD CONSTRAINT "number_agents_number_id_fkey" FOREIGN KEY ("number_id") REFERENCES "phone_numbers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "number_agents" ADD CONSTRAINT "number_agents_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;
