-- CreateEnum
CREATE TYPE "CallReportState" AS ENUM ('ready', 'failed');

-- CreateTable
CREATE TABLE "call_reports" (
    "call_id" UUID NOT NULL,
    "state" "CallReportState" NOT NULL,
    "made_by" TEXT NOT NULL,
    "language" TEXT,
    "summary" TEXT,
    "outcome" TEXT,
    "sentiment" TEXT,
    "follow_ups" JSONB NOT NULL DEFAULT '[]',
    "failure" TEXT,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_reports_pkey" PRIMARY KEY ("call_id")
);

-- AddForeignKey
ALTER TABLE "call_reports" ADD CONSTRAINT "call_reports_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;
