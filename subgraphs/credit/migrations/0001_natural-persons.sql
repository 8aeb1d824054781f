CREATE TABLE "credit"."personal_numbers" (
	"number_hash" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"subject_id" text NOT NULL,
	"sealed_number" text NOT NULL,
	"sealed_key" text NOT NULL,
	"registered_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "credit"."subjects" ADD COLUMN "masked_name" text;--> statement-breakpoint
CREATE INDEX "personal_numbers_by_subject" ON "credit"."personal_numbers" USING btree ("subject_id");