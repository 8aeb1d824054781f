DROP INDEX "credit"."record_index_published";--> statement-breakpoint
DROP INDEX "credit"."subjects_by_district";--> statement-breakpoint
CREATE INDEX "record_index_published" ON "credit"."record_index" USING btree ("item","publication_ends_on","published_on","access_level","subject_id","sorted_on","id") WHERE superseded_at is null and withheld_reason is null;--> statement-breakpoint
CREATE INDEX "subjects_by_district" ON "credit"."subjects" USING btree ("district","is_shown","id") WHERE superseded_at is null;