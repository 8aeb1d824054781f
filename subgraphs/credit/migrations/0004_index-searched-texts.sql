CREATE TABLE "credit"."searched_texts" (
	"text_key" bigint PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"grams" text[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "credit"."record_index" ADD COLUMN "title_key" bigint;--> statement-breakpoint
ALTER TABLE "credit"."record_index" ADD COLUMN "document_key" bigint;--> statement-breakpoint
ALTER TABLE "credit"."record_index" ADD COLUMN "authority_key" bigint;--> statement-breakpoint
-- What was indexed before: of each current line its texts by number, and each text once, but of natural persons' rows.
UPDATE "credit"."record_index" SET
  title_key = ('x' || left(encode(sha256(convert_to(split_part(search_key, ' ', 1), 'UTF8')), 'hex'), 16))::bit(64)::bigint,
  document_key = CASE WHEN split_part(search_key, ' ', 2) <> '' THEN ('x' || left(encode(sha256(convert_to(split_part(search_key, ' ', 2), 'UTF8')), 'hex'), 16))::bit(64)::bigint END,
  authority_key = ('x' || left(encode(sha256(convert_to(split_part(search_key, ' ', 3), 'UTF8')), 'hex'), 16))::bit(64)::bigint
WHERE superseded_at IS NULL;--> statement-breakpoint
INSERT INTO "credit"."searched_texts" (text_key, text, grams)
SELECT t.text_key, t.text, array(SELECT DISTINCT substr(t.text, i, 2) FROM generate_series(1, length(t.text) - 1) i)
FROM (
  SELECT DISTINCT ON (k.text_key) k.text_key, k.text
  FROM "credit"."record_index" r
  CROSS JOIN LATERAL (VALUES (r.title_key, split_part(r.search_key, ' ', 1)), (r.document_key, split_part(r.search_key, ' ', 2)),
    (r.authority_key, split_part(r.search_key, ' ', 3))) AS k(text_key, text)
  WHERE r.superseded_at IS NULL AND r.access_level <> 'PERSONAL' AND k.text <> '' AND k.text_key IS NOT NULL
) t;--> statement-breakpoint
CREATE INDEX "searched_texts_by_grams" ON "credit"."searched_texts" USING gin ("grams") WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "record_index_by_title" ON "credit"."record_index" USING btree ("title_key") WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "record_index_by_document" ON "credit"."record_index" USING btree ("document_key") WHERE superseded_at is null and document_key is not null;--> statement-breakpoint
CREATE INDEX "record_index_by_authority" ON "credit"."record_index" USING btree ("authority_key") WHERE superseded_at is null;--> statement-breakpoint
-- Most lines have one of a few titles and authorities, and most texts are in one line or none: whoever looks up a text must not be led
-- by the former to read all lines for it.
ALTER TABLE "credit"."record_index" ALTER COLUMN "title_key" SET (n_distinct = -1), ALTER COLUMN "document_key" SET (n_distinct = -1), ALTER COLUMN "authority_key" SET (n_distinct = -1);
