-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "draft" JSONB,
ADD COLUMN     "draft_at" TIMESTAMPTZ(3),
ADD COLUMN     "draft_author" TEXT,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;
