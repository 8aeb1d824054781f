CREATE SCHEMA "labour";
--> statement-breakpoint
CREATE TABLE "labour"."feed" (
	"transaction" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"position" bigserial NOT NULL,
	"change" text NOT NULL,
	"item" text NOT NULL,
	"record_id" text NOT NULL,
	"version" integer NOT NULL,
	"subject_id" text NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "feed_transaction_position_pk" PRIMARY KEY("transaction","position")
);
--> statement-breakpoint
CREATE TABLE "labour"."followers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"reached_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "labour"."imports" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"item" text NOT NULL,
	"file_name" text NOT NULL,
	"file_hash" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"rows" bigint DEFAULT 0 NOT NULL,
	"added" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"unchanged" bigint DEFAULT 0 NOT NULL,
	"repeated" bigint DEFAULT 0 NOT NULL,
	"rejected" bigint DEFAULT 0 NOT NULL,
	"flagged" bigint DEFAULT 0 NOT NULL,
	"ended" bigint DEFAULT 0 NOT NULL,
	"reported_through" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "labour"."social_insurance_payments" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"superseded_at" timestamp with time zone,
	"item" text NOT NULL,
	"subject_id" text NOT NULL,
	"authority_name" text NOT NULL,
	"authority_credit_code" text,
	"document_number" text,
	"decided_on" date,
	"effective_until" date,
	"published_on" date NOT NULL,
	"publication_ends_on" date,
	"publication_deadline" date,
	"repair_eligible_from" date,
	"is_publication_provisional" boolean NOT NULL,
	"access_level" text NOT NULL,
	"withheld_reason" text,
	"marks" text[] NOT NULL,
	"sorted_on" date NOT NULL,
	"content_hash" text NOT NULL,
	"import_id" bigint NOT NULL,
	"natural_key" text,
	"counterpart_name" text NOT NULL,
	"provider_name" text NOT NULL,
	"provider_credit_code" text,
	"source" jsonb NOT NULL,
	"year" integer NOT NULL,
	"month" integer NOT NULL,
	"insurance_type" text,
	"unit_status" text,
	"insured_persons" integer,
	"payable" numeric(20, 2),
	"payable_currency" text,
	"paid" numeric(20, 2),
	"paid_currency" text,
	"arrears" numeric(20, 2),
	"arrears_currency" text,
	CONSTRAINT "social_insurance_payments_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "labour"."wage_arrears_listings" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"superseded_at" timestamp with time zone,
	"item" text NOT NULL,
	"subject_id" text NOT NULL,
	"authority_name" text NOT NULL,
	"authority_credit_code" text,
	"document_number" text,
	"decided_on" date,
	"effective_until" date,
	"published_on" date NOT NULL,
	"publication_ends_on" date,
	"publication_deadline" date,
	"repair_eligible_from" date,
	"is_publication_provisional" boolean NOT NULL,
	"access_level" text NOT NULL,
	"withheld_reason" text,
	"marks" text[] NOT NULL,
	"sorted_on" date NOT NULL,
	"content_hash" text NOT NULL,
	"import_id" bigint NOT NULL,
	"natural_key" text,
	"counterpart_name" text NOT NULL,
	"provider_name" text NOT NULL,
	"provider_credit_code" text,
	"source" jsonb NOT NULL,
	"reason" text NOT NULL,
	"legal_basis" text NOT NULL,
	"amount_owed" numeric(20, 2),
	"amount_owed_currency" text,
	"persons_concerned" integer,
	"removed_on" date,
	"removal_reason" text,
	"removal_document_number" text,
	CONSTRAINT "wage_arrears_listings_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE INDEX "imports_by_file" ON "labour"."imports" USING btree ("item","file_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "social_insurance_payments_current" ON "labour"."social_insurance_payments" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "social_insurance_payments_natural" ON "labour"."social_insurance_payments" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "social_insurance_payments_by_subject" ON "labour"."social_insurance_payments" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "wage_arrears_listings_current" ON "labour"."wage_arrears_listings" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "wage_arrears_listings_natural" ON "labour"."wage_arrears_listings" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "wage_arrears_listings_by_subject" ON "labour"."wage_arrears_listings" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);