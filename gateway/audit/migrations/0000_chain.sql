CREATE SCHEMA "audit";
--> statement-breakpoint
CREATE TABLE "audit"."lines" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"previous" text NOT NULL,
	"hash" text NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "lines_by_request" ON "audit"."lines" USING btree (("body" ->> 'request'));--> statement-breakpoint
CREATE INDEX "lines_by_question" ON "audit"."lines" USING btree (("body" ->> 'question')) WHERE body ->> 'kind' = 'OUTCOME';--> statement-breakpoint
CREATE INDEX "lines_by_client" ON "audit"."lines" USING btree (("body" -> 'who' ->> 'client'),"sequence") WHERE body ->> 'kind' = 'OUTCOME';--> statement-breakpoint
CREATE INDEX "lines_by_subject" ON "audit"."lines" USING gin (("body" -> 'looks') jsonb_path_ops) WHERE body ->> 'kind' = 'OUTCOME';--> statement-breakpoint
-- What is traced stays as it is, for the tables' owner too: only who takes this away can change a line, and the chain tells of it.
CREATE FUNCTION "audit"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lines of the audit chain are neither changed nor taken away' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "audit"."refuse_change"() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER "stays" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit"."lines"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit"."refuse_change"();
