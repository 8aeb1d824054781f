CREATE SCHEMA "courts";
--> statement-breakpoint
CREATE TABLE "courts"."consumption_restrictions" (
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
	"case_number" text NOT NULL,
	"filed_on" date,
	"restricted_acts" text[] NOT NULL,
	CONSTRAINT "consumption_restrictions_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "courts"."dishonest_debtor_entries" (
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
	"case_number" text NOT NULL,
	"filed_on" date NOT NULL,
	"province" text,
	"basis_document_number" text,
	"basis_issuer" text,
	"obligation" text NOT NULL,
	"performance" text NOT NULL,
	"performed_part" text,
	"unperformed_part" text,
	"behaviours" text[] NOT NULL,
	"legal_representative_name" text,
	CONSTRAINT "dishonest_debtor_entries_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "courts"."enforcement_cases" (
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
	"case_number" text NOT NULL,
	"filed_on" date NOT NULL,
	"closed_on" date,
	"target" numeric(20, 2),
	"target_currency" text,
	"unperformed" numeric(20, 2),
	"unperformed_currency" text,
	"cause" text,
	"basis_document_number" text,
	CONSTRAINT "enforcement_cases_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "courts"."feed" (
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
CREATE TABLE "courts"."followers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"reached_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "courts"."imports" (
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
CREATE TABLE "courts"."judgment_summaries" (
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
	"case_number" text NOT NULL,
	"document_type" text NOT NULL,
	"role" text NOT NULL,
	"cause" text,
	"instance" text,
	"effective_on" date NOT NULL,
	"url" text,
	CONSTRAINT "judgment_summaries_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "consumption_restrictions_current" ON "courts"."consumption_restrictions" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "consumption_restrictions_natural" ON "courts"."consumption_restrictions" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "consumption_restrictions_by_subject" ON "courts"."consumption_restrictions" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "dishonest_debtor_entries_current" ON "courts"."dishonest_debtor_entries" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "dishonest_debtor_entries_natural" ON "courts"."dishonest_debtor_entries" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "dishonest_debtor_entries_by_subject" ON "courts"."dishonest_debtor_entries" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "enforcement_cases_current" ON "courts"."enforcement_cases" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "enforcement_cases_natural" ON "courts"."enforcement_cases" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "enforcement_cases_by_subject" ON "courts"."enforcement_cases" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "imports_by_file" ON "courts"."imports" USING btree ("item","file_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "judgment_summaries_current" ON "courts"."judgment_summaries" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "judgment_summaries_natural" ON "courts"."judgment_summaries" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "judgment_summaries_by_subject" ON "courts"."judgment_summaries" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);