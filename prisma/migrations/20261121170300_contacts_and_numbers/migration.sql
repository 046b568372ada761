-- AlterTable
ALTER TABLE "phone_numbers" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "seen_at" TIMESTAMPTZ(3),
ALTER COLUMN "agent_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "number_agents" ADD COLUMN     "hours" JSONB;

-- AlterTable
ALTER TABLE "contacts" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "contact_consents" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "given" BOOLEAN NOT NULL,
    "source" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contact_consents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "contact_consents_contact_id_idx" ON "contact_consents"("contact_id");

-- CreateIndex
CREATE INDEX "calls_contact_id_started_at_idx" ON "calls"("contact_id", "started_at" DESC);

-- AddForeignKey
ALTER TABLE "contact_consents" ADD CONSTRAINT "contact_consents_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
