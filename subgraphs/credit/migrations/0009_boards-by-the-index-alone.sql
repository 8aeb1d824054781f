CREATE INDEX "record_index_by_item_anew" ON "credit"."record_index" USING btree ("item","sorted_on" DESC NULLS FIRST,"id" DESC NULLS FIRST,"published_on","publication_ends_on","access_level","withheld_reason","subject_id") WHERE superseded_at is null;--> statement-breakpoint
DROP INDEX "credit"."record_index_by_item";--> statement-breakpoint
ALTER INDEX "credit"."record_index_by_item_anew" RENAME TO "record_index_by_item";
