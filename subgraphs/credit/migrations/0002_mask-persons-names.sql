DROP INDEX "credit"."subjects_by_length";--> statement-breakpoint
CREATE INDEX "subjects_by_length" ON "credit"."subjects" USING btree (length(coalesce(masked_name, name)),coalesce(masked_name, name),"id") WHERE superseded_at is null and is_verified;--> statement-breakpoint
CREATE VIEW "credit"."masked_subjects" AS (select id, version, recorded_at, superseded_at, credit_code, coalesce(masked_name, name) as name, masked_name, kind,
    is_verified, is_shown, case when masked_name is null then former_names else '[]' end as former_names, identifiers,
    district, industry from credit.subjects);