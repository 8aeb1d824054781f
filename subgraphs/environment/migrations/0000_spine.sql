CREATE SCHEMA "environment";
--> statement-breakpoint
CREATE TABLE "environment"."administrative_licences" (
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
	"counterpart_category" text,
	"legal_representative_name" text,
	"document_name" text,
	"licence_category" text NOT NULL,
	"certificate_name" text,
	"certificate_number" text,
	"content" text NOT NULL,
	"valid_from" date,
	"valid_to" date,
	"status" text,
	CONSTRAINT "administrative_licences_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "environment"."administrative_penalties" (
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
	"counterpart_category" text,
	"legal_representative_name" text,
	"violation_type" text NOT NULL,
	"violation_facts" text NOT NULL,
	"legal_basis" text NOT NULL,
	"penalty_types" text[] NOT NULL,
	"content" text NOT NULL,
	"fine" numeric(20, 2),
	"fine_currency" text,
	"confiscated" numeric(20, 2),
	"confiscated_currency" text,
	"affected_licence" text,
	"procedure" text,
	"severity" text,
	"publication_rule" text,
	CONSTRAINT "administrative_penalties_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "environment"."environmental_credit_ratings" (
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
	"grade" text NOT NULL,
	"grade_scheme" text NOT NULL,
	"rating_name" text,
	"batch" text,
	"district" text,
	"score" numeric(8, 2),
	CONSTRAINT "environmental_credit_ratings_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "environment"."feed" (
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
CREATE TABLE "environment"."followers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"reached_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "environment"."imports" (
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
CREATE TABLE "environment"."pollutant_discharge_permits" (
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
	"permit_number" text NOT NULL,
	"industry" text,
	"management_category" text,
	"valid_from" date,
	"valid_to" date,
	"site_address" text,
	CONSTRAINT "pollutant_discharge_permits_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "administrative_licences_current" ON "environment"."administrative_licences" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "administrative_licences_natural" ON "environment"."administrative_licences" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "administrative_licences_by_subject" ON "environment"."administrative_licences" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "administrative_penalties_current" ON "environment"."administrative_penalties" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "administrative_penalties_natural" ON "environment"."administrative_penalties" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "administrative_penalties_by_subject" ON "environment"."administrative_penalties" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "environmental_credit_ratings_current" ON "environment"."environmental_credit_ratings" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "environmental_credit_ratings_natural" ON "environment"."environmental_credit_ratings" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "environmental_credit_ratings_by_subject" ON "environment"."environmental_credit_ratings" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "imports_by_file" ON "environment"."imports" USING btree ("item","file_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "pollutant_discharge_permits_current" ON "environment"."pollutant_discharge_permits" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pollutant_discharge_permits_natural" ON "environment"."pollutant_discharge_permits" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "pollutant_discharge_permits_by_subject" ON "environment"."pollutant_discharge_permits" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);