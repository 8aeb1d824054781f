CREATE SCHEMA "credit";
--> statement-breakpoint
CREATE TABLE "credit"."catalogue_items" (
	"code" text PRIMARY KEY NOT NULL,
	"department" text NOT NULL,
	"class" text NOT NULL,
	"levels" text[] NOT NULL,
	"entry" jsonb NOT NULL,
	"received_at" timestamp with time zone,
	"reported_through" jsonb
);
--> statement-breakpoint
CREATE TABLE "credit"."credit_commitments" (
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
	"commitment_type" text NOT NULL,
	"matter" text,
	"content" text NOT NULL,
	"breach_liability" text,
	"fulfilment" text,
	"fulfilment_decided_on" date,
	"fulfilment_document_number" text,
	CONSTRAINT "credit_commitments_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "credit"."feed" (
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
CREATE TABLE "credit"."followers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"reached_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "credit"."imports" (
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
CREATE TABLE "credit"."listings" (
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
	"list_type" text NOT NULL,
	"reason" text NOT NULL,
	"legal_basis" text NOT NULL,
	"list_name" text,
	"removed_on" date,
	"removal_reason" text,
	"removal_document_number" text,
	CONSTRAINT "listings_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "credit"."record_index" (
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
	"department" text NOT NULL,
	"class" text NOT NULL,
	"title" text NOT NULL,
	"year" integer,
	"grade" text,
	"grade_label" text,
	"grade_rank" integer,
	"grade_scheme" text,
	"grade_scheme_label" text,
	"types" text[] NOT NULL,
	"type_labels" text[] NOT NULL,
	"amount" numeric(20, 2),
	"amount_currency" text,
	"search_key" text NOT NULL,
	CONSTRAINT "record_index_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "credit"."subject_identifiers" (
	"value" text NOT NULL,
	"type" text NOT NULL,
	"subject_id" text NOT NULL,
	CONSTRAINT "subject_identifiers_value_type_pk" PRIMARY KEY("value","type")
);
--> statement-breakpoint
CREATE TABLE "credit"."subject_names" (
	"subject_id" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"is_former" boolean NOT NULL,
	"folded" text,
	"grams" text[],
	"sound" text,
	CONSTRAINT "subject_names_subject_id_key_pk" PRIMARY KEY("subject_id","key")
);
--> statement-breakpoint
CREATE TABLE "credit"."subjects" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"superseded_at" timestamp with time zone,
	"content_hash" text NOT NULL,
	"import_id" bigint NOT NULL,
	"credit_code" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"is_verified" boolean NOT NULL,
	"is_shown" boolean NOT NULL,
	"former_names" jsonb NOT NULL,
	"identifiers" jsonb NOT NULL,
	"district" text,
	"industry" text,
	"source" jsonb NOT NULL,
	CONSTRAINT "subjects_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "credit_commitments_current" ON "credit"."credit_commitments" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_commitments_natural" ON "credit"."credit_commitments" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "credit_commitments_by_subject" ON "credit"."credit_commitments" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "imports_by_file" ON "credit"."imports" USING btree ("item","file_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "listings_current" ON "credit"."listings" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "listings_natural" ON "credit"."listings" USING btree ("subject_id","natural_key") WHERE superseded_at is null and natural_key is not null;--> statement-breakpoint
CREATE INDEX "listings_by_subject" ON "credit"."listings" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "record_index_current" ON "credit"."record_index" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "record_index_by_subject" ON "credit"."record_index" USING btree ("subject_id","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "record_index_by_item" ON "credit"."record_index" USING btree ("item","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "record_index_by_day" ON "credit"."record_index" USING btree ("sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "subject_identifiers_by_subject" ON "credit"."subject_identifiers" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "subject_names_by_folded" ON "credit"."subject_names" USING btree ("folded" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "subject_names_by_grams" ON "credit"."subject_names" USING gin ("grams") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "subject_names_by_sound" ON "credit"."subject_names" USING gin ("sound" gin_trgm_ops) WITH (fastupdate=false);--> statement-breakpoint
CREATE UNIQUE INDEX "subjects_current" ON "credit"."subjects" USING btree ("id") WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "subjects_by_district" ON "credit"."subjects" USING btree ("district","id") WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "subjects_by_length" ON "credit"."subjects" USING btree (length(name),"name","id") WHERE superseded_at is null and is_verified;